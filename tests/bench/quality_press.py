"""Press items of many desks, mostly of other matters: how many would alert; and titles of real acts: how many do."""

from collections import Counter
from collections.abc import Sequence

from tests.bench.quality_table import Measured, Table, listing, rate, share, shown
from tests.bench.quality_titles import Answered, entry

_TARIFFS = ("tariffs", "section-301", "section-232", "ieepa-tariffs", "customs")
_CHINA = ("countermeasures", "party-lists", "unreliable-entities", "export-controls", "tariffs")
FAMILIES: dict[str, tuple[str, ...]] = {
    "232": ("section-232", "tariffs"),
    "301": ("section-301", "tariffs", "ports-shipping"),
    "ai-diffusion": ("chips-ai", "export-controls"),
    "antimony": ("critical-minerals",),
    "bis-1758": ("export-controls",),
    "canada": _TARIFFS,
    "chips": ("chips-ai", "export-controls", "party-lists"),
    "cn-aerospace": ("export-controls",),
    "cn-catalogue": ("export-controls", "critical-minerals"),
    "cn-drones": ("export-controls",),
    "cn-dual-use": ("export-controls",),
    "cn-ecl": _CHINA,
    "cn-list": _CHINA,
    "cn-tariff": ("tariffs", "countermeasures", "ieepa-tariffs"),
    "cn-uel": ("unreliable-entities", "party-lists"),
    "deminimis": ("customs", "tariffs", "ieepa-tariffs"),
    "emerging": ("export-controls",),
    "entity": ("party-lists",),
    "foundry": ("chips-ai", "export-controls"),
    "gallium": ("critical-minerals",),
    "graphite": ("critical-minerals",),
    "h20": ("chips-ai", "export-controls"),
    "iaas": ("cloud-iaas",),
    "icts": ("connected-vehicles",),
    "ieepa": _TARIFFS,
    "lowvalue": ("customs",),
    "minor": ("critical-minerals",),
    "rare": ("critical-minerals",),
    "reciprocal": _TARIFFS,
    "stacking": _TARIFFS,
    "uflpa": ("forced-labor",),
    "us-2026": _CHINA,
    "us-directed": ("critical-minerals", "export-controls"),
    "uvl": ("party-lists",),
    "veu": ("chips-ai", "export-controls"),
    "zte": ("export-controls", "party-lists"),
}
"""The topics of which one has to hit an act, by how the name of its family begins (the longest beginning counts)."""


def measure(topics: Sequence[str], answered: Answered) -> Measured:
    """Return the alerts per 1,000 press items of each topic, and every one of them for reading."""
    hits = [(topic, case, found[topic]) for case, found in answered for topic in topics if topic in found]
    met = Counter(topic for topic, _, _ in hits)
    loud = Counter(topic for topic, _, match in hits if match.severity.word != "info")
    a_thousand = {topic: 1_000 * met[topic] / len(answered) for topic in topics}
    any_topic = len({id(case) for _, case, _ in hits})
    table = Table(
        title="Press items",
        note=f"{len(answered):,} items of 36 US desks, summer 2026, mostly of other matters; {any_topic} of them hit.",
        head=("topic", "alerts", "above info", "per 1,000 items"),
        rows=tuple(
            (topic, str(met[topic]), str(loud[topic]), f"{a_thousand[topic]:.1f}") for topic in topics
        ),
    )
    entries = (
        f"{topic}: {entry(case, match)}" for topic, case, match in sorted(hits, key=lambda hit: hit[0])
    )
    return Measured(
        tables=(table,),
        figures=tuple(
            rate(f"press, {topic}", a_thousand[topic], "alerts/1,000 items", f"{len(answered):,} press items")
            for topic in topics
        ),
        lists={"press.txt": listing("Every alert on press items", entries)},
    )


def measure_acts(topics: Sequence[str], answered: Answered) -> Measured:
    """Return how many titles of real acts hit a topic of theirs, and those that did not for reading."""
    asked = [(case, _wanted(case.labels[0]), found) for case, found in answered]
    told = [(case, wanted, found) for case, wanted, found in asked if set(wanted) & set(topics)]
    rows, entries, figures = [], [], []
    for lang in ("en", "zh"):
        mine = [each for each in told if _is_chinese(each[0].title) == (lang == "zh")]
        missed = [(case, wanted) for case, wanted, found in mine if not set(wanted) & set(found)]
        any_hit = sum(bool(found) for _, _, found in mine)
        recall = 1 - len(missed) / len(mine) if mine else None
        rows.append((lang, str(len(mine)), str(len(mine) - len(missed)), shown(recall), str(any_hit)))
        figures += share(f"acts, recall, {lang}", recall, "titles of real acts")
        entries += [f"{case.number}  {case.title}  (wanted: {', '.join(wanted)})" for case, wanted in missed]
    table = Table(
        title="Titles of real acts",
        note="Items of real acts, 2017–2026, by title alone (a third of them paraphrased): hit by a topic that is theirs.",
        head=("language", "titles", "hit", "recall", "hit by any topic"),
        rows=tuple(rows),
    )
    return Measured(
        tables=(table,),
        figures=tuple(figures),
        lists={"acts.txt": listing("Titles of acts that their topics missed", entries)},
    )


def _wanted(family: str) -> tuple[str, ...]:
    begins = max((each for each in FAMILIES if family.startswith(each)), key=len, default="")
    return FAMILIES.get(begins, ())


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)
