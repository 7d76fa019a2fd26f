"""Plug-ins: one file each, found by its name in a package, imported when it is first used."""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

Plugin = TypeVar("Plugin")


class UnknownPluginError(KeyError):
    """There is no plug-in of that name; the message names those there are."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show it in quotes


@dataclass(frozen=True)
class PluginRegistry(Generic[Plugin]):
    """The plug-ins of a package: its modules but for `shared`, which is what they have in common.

    A plug-in is what its module calls `attribute`, or the class in it that extends `base`, else the module itself.
    Nothing is cached: a file that is put into the folder is found at once.

    Parameters
    ----------
    package
        Dotted name of the package.
    attribute
        What a module calls its plug-in.
    shared
        Names of modules that are no plug-ins.
    base
        Class that the plug-in extends, if there is no `attribute`.

    Examples
    --------
    >>> "square" in PluginRegistry("sim.laws").list_names()
    True
    """

    package: str
    attribute: str | None = None
    shared: tuple[str, ...] = ()
    base: type[Any] | None = None

    def list_names(self) -> list[str]:
        """The name of every plug-in, which is that of its file, in alphabetical order."""
        modules = pkgutil.iter_modules(import_module(self.package).__path__)
        return sorted(module.name for module in modules if not module.ispkg and module.name not in self.shared)

    def load(self, name: str) -> Plugin:
        """A plug-in by its name; raise UnknownPluginError if there is none.

        Parameters
        ----------
        name
            Name of its file, without `.py`.

        Returns
        -------
        Plugin
            The attribute, the class or the module.

        Raises
        ------
        UnknownPluginError
            There is none of that name; the message names those there are.

        Examples
        --------
        >>> PluginRegistry("sim.laws", attribute="rates").load("square")(100.0, 50.0, 0.1, 0.2, 100.0, 0.0)
        (5.0, 20.0)
        """
        names = self.list_names()
        if name not in names:
            raise UnknownPluginError(f"no {self.package}.{name} (allowed: {', '.join(names)})")
        return self.import_plugin(name)

    def load_all(self) -> dict[str, Plugin]:
        """Every plug-in by its name."""
        return {name: self.import_plugin(name) for name in self.list_names()}

    def import_plugin(self, name: str) -> Plugin:
        """The plug-in of a file that is there."""
        module: Any = import_module(f"{self.package}.{name}")
        plugin: Any = module
        if self.attribute is not None:
            plugin = getattr(module, self.attribute)
        elif self.base is not None:
            (plugin,) = (
                each
                for each in vars(module).values()
                if isinstance(each, type) and issubclass(each, self.base) and each.__module__ == module.__name__
            )
        return plugin  # type: ignore[no-any-return]
