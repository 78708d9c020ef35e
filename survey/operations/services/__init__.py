"""The service map: what a project's register of services shows once it is read as a whole.

Coverage and gaps, a directory to refer people by, barriers, what providers and users think, and
what must be checked again. Nothing here writes.
"""

from survey.operations.services.register import (
    CLOSED_KINDS,
    KINDS_OF_SERVICE,
    Service,
    list_services,
)

__all__ = ["CLOSED_KINDS", "KINDS_OF_SERVICE", "Service", "list_services"]
