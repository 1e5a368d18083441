/* Sources: where something is read from (`thuso list study`). */
#include <thuso/io.h>

void thuso_join_free(ThusoJoin *join)
{
	if (!join)
		return;
	g_free(join->path);
	g_free(join->layer);
	g_free(join->key);
	g_free(join->to);
	g_strfreev(join->fields);
	g_free(join);
}

ThusoSource *thuso_source_new(const char *name)
{
	ThusoSource *source = g_new0(ThusoSource, 1);
	source->name = g_strdup(name);
	source->paths = g_new0(char *, 1);
	return source;
}

void thuso_source_free(ThusoSource *source)
{
	if (!source)
		return;
	g_free(source->name);
	g_strfreev(source->paths);
	g_free(source->layer);
	g_free(source->where);
	g_free(source->crs);
	g_free(source->x);
	g_free(source->y);
	g_clear_pointer(&source->join, thuso_join_free);
	g_free(source);
}
