"""How static files are served in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names every file by its content, also where one script imports another."""

    support_js_module_import_aggregation = True
