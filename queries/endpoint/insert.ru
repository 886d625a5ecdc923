#+ summary: Add statements to the default graph.
#+ description: The statements are put between the braces by gcm-ld.
INSERT DATA { }
