"""YAML files read with their line numbers at hand, so that every complaint can name file, line and the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import yaml

Location = tuple[str | int, ...]
Check = Callable[[Any], Any]
_FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogError(ValueError):
    """A catalog file is wrong. The message is `file:line: what is wrong; what to do`."""


class Readable(Protocol):
    """A Path, or a file of the package (importlib.resources)."""

    def read_bytes(self) -> bytes: ...


class _Loader(_FAST_LOADER):  # type: ignore[misc]
    """Refuses a key written twice, which YAML loaders otherwise drop in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(map(str, keys))) < len(keys):
            twice = next(key for position, key in enumerate(keys) if key in keys[:position])
            raise yaml.constructor.ConstructorError(None, None, f"key `{twice}` stands twice", node.start_mark)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def _day(loader: Any, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        problem = f"`{node.value}` is no day: {error}"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


class YamlSource:
    """One file: its data, and the line of any place in it."""

    def __init__(self, file: Readable) -> None:
        self.name = str(file)
        try:
            self.text = file.read_bytes().decode("utf-8")
        except FileNotFoundError:
            raise CatalogError(f"{self.name}: no such file") from None
        except UnicodeDecodeError as error:
            raise CatalogError(f"{self.name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
        try:
            self.data: Any = yaml.load(self.text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise CatalogError(f"{self.name}:{line}: {error.problem}; check keys, indentation and quotes") from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise CatalogError(f"{self.name}: no readable YAML: {error}") from None

    def error(self, location: Location, message: str) -> CatalogError:
        return CatalogError(f"{self.name}:{self.line(location)}: {message}")

    def line(self, location: Location) -> int:
        """Line of the deepest node on the way to `location` that the file has."""
        node = yaml.compose(self.text, Loader=_FAST_LOADER)
        line = node.start_mark.line if node else 0
        for part in location:
            if isinstance(node, yaml.MappingNode):
                pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                node = node.value[part]
                line = node.start_mark.line
        return line + 1

    def entries(self, fields: Mapping[str, Check]) -> list[tuple[Location, dict[str, Any]]]:
        """The file's entries (a list of them, or a single one), checked against `fields`, each with its location."""
        if isinstance(self.data, list):
            return [((i,), self.fields(entry, fields, (i,))) for i, entry in enumerate(self.data)]
        if self.data is None:
            raise CatalogError(f"{self.name}:1: the file is empty")
        return [((), self.fields(self.data, fields, ()))]

    def fields(self, entry: Any, fields: Mapping[str, Check], location: Location) -> dict[str, Any]:
        """One mapping, with every key of `fields` and no other; values as the checks return them."""
        if not isinstance(entry, dict):
            raise self.error(location, f"expected keys ({', '.join(fields)}), found {entry!r}")
        for key in entry:
            if key not in fields:
                raise self.error((*location, key), f"unknown key `{key}`; {nearest(str(key), fields)}")
        for key in fields:
            if key not in entry:
                raise self.error(location, f"key `{key}` is missing in `{entry.get('id', 'this entry')}`; add it")
        return {key: self._checked(check, entry[key], (*location, key)) for key, check in fields.items()}

    def _checked(self, check: Check, value: Any, location: Location) -> Any:
        try:
            return check(value)
        except ValueError as error:
            raise self.error(location, f"`{location[-1]}`: {error}") from None


def nearest(word: str, known: Iterable[str]) -> str:
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(words)}"
