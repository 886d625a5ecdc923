"""People's files in and out: workbooks, folders of CSV files, and the exchange formats."""
