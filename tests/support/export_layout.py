#!/usr/bin/python3
"""export_layout.py PROJECT.qgz FOLDER: every print layout of the project as PDF and PNG, off screen. Needs Debian's python3-qgis."""
import os
import pathlib
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import QgsApplication, QgsLayoutExporter, QgsProject  # noqa: E402


def main(project_path, folder):
    application = QgsApplication([], True)
    application.initQgis()
    project = QgsProject.instance()
    if not project.read(project_path):
        sys.exit(f"export_layout: {project_path} does not open: {project.error()}")
    for layout in project.layoutManager().printLayouts():
        stem = pathlib.Path(folder) / layout.name().replace(" ", "-")
        exporter = QgsLayoutExporter(layout)
        picture = QgsLayoutExporter.ImageExportSettings()
        picture.dpi = 100
        ended = [exporter.exportToPdf(f"{stem}.pdf", QgsLayoutExporter.PdfExportSettings()), exporter.exportToImage(f"{stem}.png", picture)]
        items = sorted(type(item).__name__ for item in layout.items() if type(item).__name__.startswith("QgsLayoutItem"))
        print(f"{layout.name()}: {'ok' if ended == [QgsLayoutExporter.Success] * 2 else ended}: {' '.join(items)}")
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while it takes itself down


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
