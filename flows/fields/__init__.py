"""The fields of the forms in Prefect's UI, one file a form."""
