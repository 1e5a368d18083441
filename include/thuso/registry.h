/* A read-only view of the descriptors, for help, `thuso list`, man page and completion. */
#ifndef THUSO_REGISTRY_H
#define THUSO_REGISTRY_H

#include <thuso/param.h>

G_BEGIN_DECLS

/* One kind of thing there are several of: "criteria", "slopes", "study", ... */
typedef struct {
	const char *name, *title;
	const ThusoDescriptor *const *items; /* NULL-terminated */
} ThusoRegistry;

/* NULL-terminated; built once, lives as long as the program. */
const ThusoRegistry *const *thuso_registries(void);
const ThusoRegistry *thuso_registry_find(const char *name);

G_END_DECLS
#endif
