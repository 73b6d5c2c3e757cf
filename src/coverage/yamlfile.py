"""YAML files written by people: read into a pydantic model, every complaint with file, line and the nearest right key."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
Location = tuple[str | int, ...]


class _PlainDates(yaml.CSafeLoader):
    """Leaves dates as they are written: pydantic reads them, and names the line of one that does not exist."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class FileError(ValueError):
    """A file that a person wrote is wrong. The message is `file:line: what is wrong; what to do`, a line a complaint."""


def load(path: Path, model: type[Model]) -> Model:
    """The file's content as `model`; raises FileError (also where the file is missing, empty or no YAML)."""
    from pydantic import ValidationError

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=_PlainDates)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise FileError(
            f"{path}:{mark.line + 1 if mark else 1}: {error.problem}; check the indentation and quotes"
        ) from None
    if root is None:
        raise FileError(f"{path}:1: the file is empty")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise FileError("\n".join(_complaint(path, root, model, dict(e)) for e in error.errors())) from None


def _complaint(path: Path, root: yaml.Node, model: type[BaseModel], error: dict[str, Any]) -> str:
    location: Location = error["loc"]
    line = _line(root, location)
    key = ".".join(str(part) for part in location)
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), _keys_at(model, location[:-1]), n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(_keys_at(model, location[:-1]))}"
        return f"{path}:{line}: unknown key `{key}`; {hint}"
    if error["type"] == "missing":
        return f"{path}:{line}: key `{key}` is missing; add it"
    return f"{path}:{line}: `{key}`: {error['msg'].removeprefix('Value error, ')}"


def _line(root: yaml.Node, location: Location) -> int:
    """Line of the deepest node on the way to `location` that the file has."""
    node, line = root, root.start_mark.line
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue  # a union's branch name, which pydantic puts on the way
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line + 1


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """Names of the keys that may stand at `location`."""
    from pydantic import BaseModel

    here: type[BaseModel] = model
    for part in location:
        field = here.model_fields.get(str(part))
        if field is None:
            continue
        nested = next((t for t in _types_within(field.annotation) if issubclass(t, BaseModel)), None)
        if nested is not None:
            here = nested
    return [field.alias or name for name, field in here.model_fields.items()]


def _types_within(annotation: Any) -> list[type]:
    from typing import get_args

    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [t for argument in get_args(annotation) for t in _types_within(argument)]
