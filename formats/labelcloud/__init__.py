"""labelCloud's own JSON; read alone."""

from formats.format import Format
from formats.labelcloud.labelcloud import LabelCloud

FORMATS: tuple[Format, ...] = (LabelCloud(),)

__all__ = ["FORMATS", "LabelCloud"]
