"""What can be set from outside: one class, read from ``TRUEBOX_…`` variables."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """``$XDG_DATA_HOME/truebox``, by default ``~/.local/share/truebox``."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "truebox"


def default_user_name() -> str:
    """The name of the person at this machine, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"


class Settings(BaseSettings):
    """Each field is a variable: ``data_dir`` is ``TRUEBOX_DATA_DIR``."""

    model_config = SettingsConfigDict(env_prefix="TRUEBOX_", extra="ignore")

    data_dir: Path = Field(
        default_factory=default_data_dir, description="Database, exports, models, caches and the demo's drive."
    )
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; by default a SQLite file in data_dir.")
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; only this machine's own until accounts exist."
    )
    port: int = Field(default=8642, ge=0, le=65535)
    user_name: str = Field(default_factory=default_user_name, description="Shown to others who watch the same scene.")
    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="Further pages that may call the API, such as http://localhost:5173 of a development server.",
    )
    import_roots: tuple[Path, ...] = Field(
        default=(), description="If given, datasets are imported from these folders only, and links may lead into them."
    )
    job_workers: int = Field(default=2, ge=1, le=64)
    max_body_mb: int = Field(default=64, ge=1, description="Largest request body.")
    points_memory_mb: int = Field(default=256, ge=0, description="Encoded clouds kept in memory.")
    points_disk_mb: int = Field(default=2048, ge=0, description="Encoded clouds kept in data_dir; 0 keeps none.")
    open_scenes: int = Field(default=64, ge=1, description="Indexed scenes kept in memory; references only.")
    web_dir: Path | None = Field(default=None, description="The built web app; by default the one that came along.")

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'truebox.sqlite'}"

    @property
    def exports_dir(self) -> Path:
        """Where export jobs leave their archives."""
        return self.data_dir / "exports"

    @property
    def models_dir(self) -> Path:
        """Where models are kept, a folder a project."""
        return self.data_dir / "models"

    @property
    def points_dir(self) -> Path:
        """Where encoded clouds are kept."""
        return self.data_dir / "points"
