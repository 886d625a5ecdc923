"""How an endpoint is called."""

from __future__ import annotations

from dataclasses import dataclass, field

from gcm_ld.store.web import Connection

__all__ = ["EndpointOptions"]


@dataclass(frozen=True)
class EndpointOptions:
    """How an endpoint is called; passwords and tokens come from the environment.

    :param user: the name to log in with.
    :param password: its password; from ``GCM_LD_PASSWORD``, if not given.
    :param timeout: how many seconds it may take for one request.
    :param graph_store: where graphs are read and put (SPARQL 1.1 Graph Store HTTP Protocol), if
        not where its kind of engine usually has it.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    graph_store: str | None = None

    def connect(self) -> Connection:
        """Return what requests are sent with.

        :raises InputError: if there is a user without a password.
        """
        return Connection(user=self.user, password=self.password, timeout=self.timeout)
