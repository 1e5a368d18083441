/* Arrays as long as the input, counted in 64 bits, whose failure is an error that names the size. */
#include <thuso/base.h>

#include <stdlib.h>
#include <string.h>

static void set_memory_error(GError **error, const char *what, double bytes)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "not enough memory for %s (%.1f MB); use a larger cell or a smaller area",
	            what, bytes / 1e6);
}

gpointer thuso_array_new(gint64 n, gsize size, const char *what, GError **error)
{
	/* calloc checks the product; n = 0 still gives an array, so that NULL always means failure. */
	gpointer array = n < 0 ? NULL : calloc((gsize) MAX(n, 1), size);
	if (!array)
		set_memory_error(error, what, (double) n * (double) size);
	return array;
}

void thuso_array_free(gpointer array)
{
	free(array);
}

gboolean thuso_vector_reserve(ThusoVector *vector, gint64 n, const char *what, GError **error)
{
	if (n <= vector->capacity)
		return TRUE;
	gint64 capacity = MAX(n, vector->capacity + vector->capacity / 2 + 16);
	gpointer data =
	    (guint64) capacity > G_MAXSSIZE / vector->size ? NULL : realloc(vector->data, (gsize) capacity * vector->size);
	if (!data) {
		set_memory_error(error, what, (double) capacity * (double) vector->size);
		return FALSE;
	}
	vector->data = data;
	vector->capacity = capacity;
	return TRUE;
}

gboolean thuso_vector_push(ThusoVector *vector, gconstpointer element, const char *what, GError **error)
{
	if (!thuso_vector_reserve(vector, vector->n + 1, what, error))
		return FALSE;
	memcpy((char *) vector->data + (gsize) vector->n * vector->size, element, vector->size);
	vector->n++;
	return TRUE;
}

void thuso_vector_clear(ThusoVector *vector)
{
	free(vector->data);
	*vector = (ThusoVector){ NULL, 0, 0, vector->size };
}
