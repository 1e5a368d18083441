/* Results that are put into place when all of them are complete: until then they lie under temporary names beside their targets. */
#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	const char *option;
	char *final, *temporary; /* NULL = not wanted */
	gboolean is_raster;
} Target;

struct ThusoTargets {
	Target *target;
	int n;
	gboolean overwrite;
};

/* What other programs keep beside a raster: statistics and overviews of the old one would be shown with the new one. */
static const char *const sidecars[] = { ".aux.xml", ".ovr", ".msk" };

static gboolean check_ending(const ThusoTarget *wanted, GError **error)
{
	for (int i = 0; wanted->endings[i]; i++) {
		gsize length = strlen(wanted->path), end = strlen(wanted->endings[i]);
		if (length > end && g_ascii_strcasecmp(wanted->path + length - end, wanted->endings[i]) == 0)
			return TRUE;
	}
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s must end in %s", wanted->option, wanted->path, wanted->endings[0]);
	return FALSE;
}

static gboolean check_target(const Target *target, gboolean overwrite, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(target->final);
	GStatBuf info;
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR) || access(folder, W_OK) != 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: the folder %s %s; choose another place", target->option, folder,
		            g_file_test(folder, G_FILE_TEST_IS_DIR) ? "is not writable" : "does not exist: make it");
		return FALSE;
	}
	if (g_lstat(target->final, &info) != 0)
		return TRUE;
	if (!S_ISREG(info.st_mode)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s: %s is no regular file and cannot be replaced: choose another name", target->option, target->final);
		return FALSE;
	}
	if (overwrite)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s is there already: give --overwrite to replace it, or another name",
	            target->option, target->final);
	return FALSE;
}

/* The same file, by whatever name or link. */
static gboolean same_file(const char *a, const char *b)
{
	GStatBuf x, y;
	if (g_stat(a, &x) == 0 && g_stat(b, &y) == 0)
		return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	g_autofree char *p = g_canonicalize_filename(a, NULL), *q = g_canonicalize_filename(b, NULL);
	return strcmp(p, q) == 0;
}

static gboolean check_inputs(const Target *target, const char *const *inputs, GError **error)
{
	for (; *inputs; inputs++) {
		if (!same_file(target->final, *inputs))
			continue;
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s would replace the input %s; give another name", target->option,
		            target->final, *inputs);
		return FALSE;
	}
	return TRUE;
}

static char *temporary_name(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
	/* Processes in containers have the same numbers; the files themselves are created exclusively. */
	g_autofree char *random = g_uuid_string_random(), *name = g_strdup_printf(".%.8s.part.%s", random, base);
	return g_build_filename(folder, name, NULL);
}

static gboolean plan(ThusoTargets *targets, int i, const ThusoTarget *wanted, const char *const *inputs, GError **error)
{
	Target *target = &targets->target[i];
	target->option = wanted->option;
	target->is_raster = wanted->is_raster;
	if (!wanted->path)
		return TRUE;
	target->final = g_canonicalize_filename(wanted->path, NULL);
	target->temporary = temporary_name(target->final);
	if (!check_ending(wanted, error) || !check_target(target, targets->overwrite, error) || !check_inputs(target, inputs, error))
		return FALSE;
	for (int k = 0; k < i; k++)
		if (targets->target[k].final && same_file(targets->target[k].final, target->final)) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s and %s name the same file %s; give two names",
			            targets->target[k].option, target->option, wanted->path);
			return FALSE;
		}
	return TRUE;
}

ThusoTargets *thuso_targets_new(const ThusoTarget *wanted, int n, const char *const *inputs, gboolean overwrite, GError **error)
{
	g_autoptr(ThusoTargets) targets = g_new0(ThusoTargets, 1);
	targets->target = thuso_new(Target, n);
	targets->n = n;
	targets->overwrite = overwrite;
	for (int i = 0; i < n; i++)
		if (!plan(targets, i, &wanted[i], inputs, error))
			return NULL;
	return g_steal_pointer(&targets);
}

const char *thuso_targets_final(const ThusoTargets *targets, int i)
{
	return targets->target[i].final;
}

const char *thuso_targets_temporary(const ThusoTargets *targets, int i)
{
	return targets->target[i].temporary;
}

static gboolean sync_path(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	/* Some network file systems cannot sync a folder and say EINVAL; there is nothing more that one could do. */
	gboolean good = file >= 0 && (fsync(file) == 0 || errno == EINVAL);
	int why = errno;
	if (file >= 0)
		close(file);
	if (!good)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "%s cannot be written out (%s): check the disk", path,
		            g_strerror(why));
	return good;
}

static gboolean place(const Target *target, gboolean overwrite, GError **error)
{
	/* Between the check at the start and now somebody else may have put a file there. */
	gboolean linked = !overwrite && link(target->temporary, target->final) == 0;
	if (!overwrite && !linked && errno == EEXIST) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s appeared during the run: give --overwrite to replace it, or another name", target->final);
		return FALSE;
	}
	if ((linked ? g_unlink(target->temporary) : g_rename(target->temporary, target->final)) != 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot put %s into place (%s): check the folder", target->final,
		            g_strerror(errno));
		return FALSE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(sidecars) && target->is_raster; i++) {
		g_autofree char *side = g_strconcat(target->final, sidecars[i], NULL);
		g_unlink(side);
	}
	return TRUE;
}

gboolean thuso_targets_place(ThusoTargets *targets, char ***written, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	/* Rasters were synced as they were closed, the store as it was finished; syncing again costs nothing. */
	for (int i = 0; i < targets->n; i++)
		if (targets->target[i].final && !sync_path(targets->target[i].temporary, error))
			return FALSE;
	for (int i = 0; i < targets->n; i++) {
		const Target *target = &targets->target[i];
		if (!target->final)
			continue;
		g_autofree char *folder = g_path_get_dirname(target->final);
		if (!place(target, targets->overwrite, error) || !sync_path(folder, error))
			return FALSE;
		g_ptr_array_add(names, g_strdup(target->final));
	}
	g_ptr_array_add(names, NULL);
	*written = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
	return TRUE;
}

void thuso_targets_free(ThusoTargets *targets)
{
	if (!targets)
		return;
	for (int i = 0; i < targets->n; i++) {
		if (targets->target[i].temporary)
			g_unlink(targets->target[i].temporary);
		g_free(targets->target[i].temporary);
		g_free(targets->target[i].final);
	}
	g_free(targets->target);
	g_free(targets);
}
