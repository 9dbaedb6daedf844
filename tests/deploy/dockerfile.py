"""A Dockerfile as its stages. Reads the few instructions that ours uses, and refuses any other."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True, kw_only=True)
class Stage:
    """One stage: its base, what is done in it (instruction and rest, in order), and how its image is run."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    user: tuple[int, int] = (0, 0)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    stop_signal: str = ""

    def take(self, instruction: str, rest: str) -> None:
        """Take in one instruction. Raises ValueError for one that is not known here."""
        match instruction:
            case "WORKDIR" | "COPY" | "RUN":
                self.steps.append((instruction, rest))
            case "ENV":
                name, _, value = rest.partition("=")
                self.environment[name] = value
            case "USER":
                user, group = rest.split(":")
                self.user = (int(user), int(group))
            case "ENTRYPOINT":
                self.entrypoint = json.loads(rest)
            case "CMD":
                self.command = json.loads(rest)
            case "HEALTHCHECK":
                self.health = json.loads(rest.partition(" CMD ")[2])
            case "VOLUME":
                self.volumes = json.loads(rest)
            case "STOPSIGNAL":
                self.stop_signal = rest
            case _:
                raise ValueError(f"{instruction} is not known here")


def read(file: Path) -> list[Stage]:
    """Return the stages in order."""
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, _, rest = line.partition(" ")
        if instruction == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            base = re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], base)
            stages.append(Stage(base=base, name=name))
        else:
            stages[-1].take(instruction, rest)
    return stages
