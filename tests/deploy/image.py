"""A stand-in for a container engine: does a Dockerfile's steps on overlays of this machine, and runs what came of them.

The base image is this machine's own system with its Python, for there is no registry here: what is proved is that the steps
work, and that what they make runs as the image says, not how the base differs. Needs root, for mounts.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.dockerfile import Stage

ROOT = Path(__file__).parents[2]

# As it was before any test: pip needs this machine's proxy and index settings.
SURROUNDINGS = {
    name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIRE_", "PYTHON", "PATH"))
} | {"PATH": f"{sys.base_prefix}/bin:/usr/bin:/bin:/usr/sbin:/sbin"}


class Image:
    """A file tree that lies over this machine's own. Its layer and the places for mounts are below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.layer, self._work, self.tree = folder / "layer", folder / "work", folder / "tree"
        for each in (self.layer, self._work, self.tree):
            each.mkdir(parents=True)
        _make_base(self.layer)

    def build(self, stage: Stage, others: dict[str, "Image"]) -> None:
        """Do the steps of a stage, in order. Fails where one of them does."""
        where = Path("/")
        for kind, step in stage.steps:
            if kind == "WORKDIR":
                where = Path(step)
                self._at(where).mkdir(parents=True, exist_ok=True)
            elif kind == "COPY":
                self._copy(step.split(), where, others)
            else:
                script = f"{self._mounts()} && cd / && exec chroot {self.tree} sh -ec {shlex.quote(f'cd {where}; {step}')}"
                done = subprocess.run(  # noqa: S603 -- our own Dockerfile
                    ["/usr/bin/unshare", "--mount", "sh", "-ec", script],
                    env=SURROUNDINGS,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, f"RUN {step}\n{done.stdout}\n{done.stderr}"

    def command(self, stage: Stage, arguments: list[str], mounts: dict[str, Path]) -> list[str]:
        """Return a command that runs `arguments` as process 1 of a container that may write to `mounts` and /tmp alone."""
        bound = [f"mount --bind {source} {self.tree}{target}" for target, source in mounts.items()]
        closed = f"mount -o remount,bind,ro {self.tree}"
        script = " && ".join(
            [self._mounts(), closed, f"mount -t tmpfs tmpfs {self.tree}/tmp", *bound, "cd /"]
        )
        inside = ["chroot", str(self.tree), *as_user(stage, arguments)]
        unshared = ["/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child"]
        return [*unshared, "sh", "-ec", f"{script} && exec {shlex.join(inside)}"]

    def _at(self, path: Path) -> Path:
        return self.layer / path.relative_to("/")

    def _copy(self, words: list[str], where: Path, others: dict[str, "Image"]) -> None:
        context = ROOT
        if words[0].startswith("--from="):
            other = others[words.pop(0).removeprefix("--from=")]
            context = other.layer
        *names, target = words
        for name in names:
            source, aim = context / name.lstrip("/"), self._at(where / target)
            if source.is_dir():
                shutil.copytree(source, aim, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                aim.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, aim / source.name)

    def _mounts(self) -> str:
        overlay = f"lowerdir=/,upperdir={self.layer},workdir={self._work}"
        devices = f"mount -t proc proc {self.tree}/proc && mount --rbind /dev {self.tree}/dev"
        return f"mount -t overlay overlay -o {overlay} {self.tree} && {devices}"


def as_user(stage: Stage, arguments: list[str]) -> list[str]:
    """Return the command that gives `arguments` the image's user and variables, and nothing of ours: no HOME, no rights."""
    user, group = stage.user
    rights = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--clear-groups"]
    variables = [f"{name}={value}" for name, value in stage.environment.items()]
    return [
        *("/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", *rights),
        *("/usr/bin/env", "-i", *variables, *arguments),
    ]


def _make_base(layer: Path) -> None:
    """Make what stands in for the base image: this machine with its Python as `python`, without the checkout and /tmp."""
    programs = Path(sys.base_prefix) / "bin"
    for parent in reversed(programs.parents[:-1]):  # it may stand in root's own folder, closed to others
        (layer / parent.relative_to("/")).mkdir(mode=0o755, exist_ok=True)
    if not (programs / "python").exists():
        (layer / programs.relative_to("/")).mkdir()
        (layer / programs.relative_to("/") / "python").symlink_to("python3")
    for hidden in {"tmp", ROOT.parts[1]}:
        (layer / hidden).mkdir(exist_ok=True)
        (layer / hidden).chmod(0o1777)
        os.setxattr(layer / hidden, "trusted.overlay.opaque", b"y")
    (layer / "etc/tradewire").mkdir(parents=True)  # an engine makes the places of mounts
