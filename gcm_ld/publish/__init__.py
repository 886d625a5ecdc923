"""Publishing: a folder of static files that portals harvest, people read and browsers open."""
