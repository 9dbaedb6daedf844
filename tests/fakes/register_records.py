"""Made-up records in the Register's shapes, and asking for them."""

from datetime import datetime
from typing import Any

import httpx

DESK = "public-inspection-documents"
COMMERCE = {
    "raw_name": "DEPARTMENT OF COMMERCE",
    "name": "Commerce Department",
    "id": 54,
    "url": "https://www.federalregister.gov/agencies/commerce-department",
    "json_url": "https://www.federalregister.gov/api/v1/agencies/54",
    "parent_id": None,
    "slug": "commerce-department",
}


def document(number: str, day: str = "2026-03-04", **more: Any) -> dict[str, Any]:
    return {
        "document_number": number,
        "publication_date": day,
        "title": f"Rule {number}",
        "type": "Rule",
        "abstract": None,
        "agencies": [COMMERCE],
        "effective_on": "2026-04-01",
        "html_url": f"https://www.federalregister.gov/documents/{number}",
        "_note": "private",
        **more,
    }


def filing(number: str, filed_at: str | None, **more: Any) -> dict[str, Any]:
    return {
        "document_number": number,
        "filed_at": filed_at,
        "publication_date": "2026-03-06",
        "title": f"Filing {number}  ",
        "type": "Notice",
        "filing_type": "regular",
        "agencies": [COMMERCE],
        "editorial_note": None,
        "excerpts": None,
        "json_url": f"https://www.federalregister.gov/api/v1/public_inspection_documents/{number}",
        "last_public_inspection_issue": "2026-03-05",
        "pdf_updated_at": filed_at,
        "_note": "private",
        **more,
    }


def numbers(answer: dict[str, Any]) -> list[str]:
    return [record["document_number"] for record in answer["results"]]


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-05:00")


async def ask(client: httpx.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(
        path, params={key.replace("__", "[]"): value for key, value in params.items()} or None
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
