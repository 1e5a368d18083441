/* Reports that people read, from a result's GeoPackage: pages, printed pages, workbook; and single maps. */
#ifndef THUSO_REPORT_H
#define THUSO_REPORT_H

#include <thuso/base.h>
#include <thuso/param.h>

G_BEGIN_DECLS

/* One section of a report. What it needs of the result may be absent: then it writes nothing. */
typedef struct ThusoReportPage ThusoReportPage;
typedef struct {
	ThusoDescriptor about;
	gboolean (*write)(const ThusoReportPage *page, GError **error);
} ThusoReportSection;
/* In the order of the page, NULL-terminated. */
extern const ThusoReportSection *const thuso_report_sections[];

typedef enum {
	THUSO_REPORT_HTML = 1 << 0,
	THUSO_REPORT_PDF = 1 << 1,
	THUSO_REPORT_XLSX = 1 << 2,
	THUSO_REPORT_CSV = 1 << 3
} ThusoReportFormat;

/* Names of the formats, NULL-terminated; the i-th is the bit 1 << i. */
extern const char *const thuso_report_formats[];

typedef struct {
	const char *result; /* the GeoPackage */
	const char *output; /* folder; NULL = `reports` beside it */
	const char *by;     /* "municipality" (NULL), or a level of the result: a page for each of its areas */
	guint formats;      /* ThusoReportFormat bits; 0 = all but PDF */
	gboolean overwrite; /* replace a report that stands there */
} ThusoReportSpec;

/* Can the report go there? Before an hour's work, not after it. Only output, result's folder and overwrite are looked at. */
gboolean thuso_report_check(const ThusoReportSpec *spec, GError **error);

typedef struct {
	char **written; /* final paths, the overview first; NULL-terminated */
	int n_areas;
} ThusoReportResult;
void thuso_report_result_clear(ThusoReportResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoReportResult, thuso_report_result_clear)

/* Writes the overview, a page an area, the workbook and the tables into a new folder that then takes the place of `output`: all of it or
 * nothing. Equal results give equal bytes. A folder that holds anything but a report is never replaced. */
gboolean thuso_report_run(ThusoContext *context, const ThusoReportSpec *spec, ThusoReportResult *result, GError **error);

typedef struct {
	const char *result;
	const char *output; /* .png, .svg or .pdf says the format */
	const char *by;     /* level of `area`; NULL = municipality */
	const char *area;   /* code or name of one area; NULL = the whole study */
	gboolean plan;      /* the bands with the plan; else now */
	double width_mm;    /* of the picture; 0 = 180 */
	double dpi;         /* of a PNG; 0 = 200 */
	gboolean overwrite;
} ThusoMapSpec;

/* One map as a file, written beside its place and renamed. */
gboolean thuso_map_run(ThusoContext *context, const ThusoMapSpec *spec, GError **error);

G_END_DECLS
#endif
