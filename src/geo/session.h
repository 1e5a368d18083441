/* PROJ as this room uses it: a context for each object in use, no network, nothing printed. */
#ifndef THUSO_GEO_SESSION_H
#define THUSO_GEO_SESSION_H

#include <thuso/geo.h>

#include <proj.h>

typedef struct {
	PJ_CONTEXT *context;
	char *message; /* PROJ's last error in words, or NULL */
} ThusoSession;

ThusoSession *thuso_session_new(void);
void thuso_session_free(ThusoSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSession, thuso_session_free)
/* PROJ's last error for a message: never NULL, one line. */
const char *thuso_session_message(const ThusoSession *session);

typedef PJ ThusoPj;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoPj, proj_destroy)

/* The CRS as PROJ's object; a bound CRS gives the one it binds when `unbound`. */
PJ *thuso_crs_open(const ThusoCrs *crs, ThusoSession *session, gboolean unbound, GError **error);

/* From the CRS to degrees on its own ellipsoid, of which a (m) and f are returned. */
ThusoTransform *thuso_transform_new_to_degrees(const ThusoCrs *crs, double *semi_major_m, double *flattening, GError **error);

#endif
