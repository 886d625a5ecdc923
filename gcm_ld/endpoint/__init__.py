"""An endpoint in place of files: the same commands on any SPARQL 1.1 engine."""

from gcm_ld.endpoint.load import LoadReport, load_endpoint
from gcm_ld.endpoint.options import EndpointOptions
from gcm_ld.endpoint.source import EndpointSource

__all__ = ["EndpointOptions", "EndpointSource", "LoadReport", "load_endpoint"]
