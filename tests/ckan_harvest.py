"""What CKAN makes of a catalogue record; run by the Python of an environment that has CKAN.

Prints, as JSON, the datasets as ckanext-dcat's own parser and profiles read them, each with the
key under which its harvester finds a dataset again. The harvester's database is not needed.
"""

import json
import sys

from ckan.common import config

config.update({"ckan.site_url": "https://portal.test", "ckan.locale_default": "en"})

from ckanext.dcat.harvesters.rdf import DCATRDFHarvester  # noqa: E402
from ckanext.dcat.processors import RDFParser  # noqa: E402

path, form, profile = sys.argv[1:]
parser = RDFParser(profiles=[profile])
with open(path, encoding="utf-8") as file:  # noqa: PTH123
    parser.parse(file.read(), _format=form)
harvester = DCATRDFHarvester()
found = []
for dataset in parser.datasets():
    dataset["guid"] = harvester._get_guid(dataset, "https://data.test/catalog.ttl")
    found.append(dataset)
json.dump(found, sys.stdout)
