"""What can go wrong in the server itself.

How they look to a client is in ``error_shape.py``. The tree::

    TrueboxError
    └── ServerError
        ├── NotFoundError          404 not_found
        ├── ForbiddenPathError     403 forbidden_path
        ├── ForbiddenHostError     403 forbidden_host
        ├── ForbiddenOriginError   403 forbidden_origin
        ├── FolderMissingError     422 folder_missing
        ├── TooLargeError          413 too_large
        ├── BadRequestError        400 bad_request
        ├── InvalidError           422 invalid
        ├── NameTakenError         409 name_taken
        ├── AlreadyRunningError    409 already_running
        ├── ModelFileDamagedError  422 model_damaged
        ├── BindError              the command line only
        └── DataFolderBusyError    the command line only
"""

from __future__ import annotations

from collections.abc import Mapping

from geometry.errors import TrueboxError


class ServerError(TrueboxError):
    """A request or a command that cannot be served; ``code`` and ``status`` say so to programs."""

    code = "internal"
    status = 500

    @property
    def details(self) -> Mapping[str, str]:
        """What belongs to the code."""
        return {}


class NotFoundError(ServerError):
    """What was asked for does not exist."""

    code = "not_found"
    status = 404


class ForbiddenPathError(ServerError):
    """A path leads out of the folder it must stay in."""

    code = "forbidden_path"
    status = 403


class ForbiddenHostError(ServerError):
    """The request names a host that is not this machine: a foreign page may have rebound its name."""

    code = "forbidden_host"
    status = 403


class ForbiddenOriginError(ServerError):
    """The request comes from a page that this server did not send."""

    code = "forbidden_origin"
    status = 403


class FolderMissingError(ServerError):
    """The folder of a scene is not where it was: it moved, or its disk is not there."""

    code = "folder_missing"
    status = 422

    def __init__(self, message: str, project_id: str, folder: str) -> None:
        """Say what was looked for.

        Args:
            message: One line.
            project_id: The project that can be told where the folder is now.
            folder: The folder.
        """
        super().__init__(message)
        self.project_id = project_id
        self.folder = folder

    @property
    def details(self) -> Mapping[str, str]:
        """The project and the folder."""
        return {"project_id": self.project_id, "folder": self.folder}


class TooLargeError(ServerError):
    """A body or picture is beyond its limit."""

    code = "too_large"
    status = 413


class BadRequestError(ServerError):
    """The request is not what HTTP or JSON says."""

    code = "bad_request"
    status = 400


class InvalidError(ServerError):
    """The request is well formed but cannot be done."""

    code = "invalid"
    status = 422


class NameTakenError(ServerError):
    """A name that must be unique is in use."""

    code = "name_taken"
    status = 409


class AlreadyRunningError(ServerError):
    """Work of which there can be one at a time goes on."""

    code = "already_running"
    status = 409


class ModelFileDamagedError(ServerError):
    """A model's file is gone, or is not what was saved."""

    code = "model_damaged"
    status = 422


class BindError(ServerError):
    """The server cannot or must not listen there."""


class DataFolderBusyError(ServerError):
    """Another server works on the same data folder."""
