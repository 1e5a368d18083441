/* Checking a study file against its schema, and reading it with defaults. One walker for every block. */
#include "block.h"

#include <math.h>
#include <string.h>

static const ThusoParam *find_param(const ThusoParam *params, const char *key)
{
	for (; params && params->name; params++)
		if (strcmp(params->name, key) == 0)
			return params;
	return NULL;
}

static const ThusoParam *param_of(const Block *block, const char *key)
{
	const ThusoParam *param = find_param(block->params, key);
	g_assert(param != NULL);
	return param;
}

static int line_of(const Block *block, const char *key)
{
	const Node *value = key ? node_get(block->node, key) : NULL;
	return value ? value->line : block->node ? block->node->line : 1;
}

void block_error(const Block *block, const char *key, GError **error, int code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *shown = thuso_escape(what);
	g_set_error(error, THUSO_ERROR, code, "%s:%d: %s", block->file, line_of(block, key), shown);
}

gboolean block_pass(const Block *block, const char *key, GError *inner, GError **error)
{
	const gboolean ours =
	    g_error_matches(inner, THUSO_ERROR, THUSO_ERROR_USAGE) && !g_str_has_prefix(inner->message, block->file);
	g_propagate_error(error, inner);
	if (ours)
		g_prefix_error(error, "%s:%d: ", block->file, line_of(block, key));
	return FALSE;
}

/* --- checking ---------------------------------------------------------------------------------------------------- */

static gboolean fail(const char *file, const Node *node, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
static gboolean fail(const char *file, const Node *node, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *line = thuso_escape(what);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s:%d: %s", file, node->line, line);
	return FALSE;
}

static gboolean unknown_key(const Block *block, const char *key, const Node *value, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	for (const ThusoParam *p = block->params; p->name; p++)
		g_ptr_array_add(known, (gpointer) p->name);
	g_ptr_array_add(known, NULL);
	const char *nearest = thuso_nearest_name(key, (const char *const *) known->pdata);
	if (nearest)
		return fail(block->file, value, error, "unknown key '%s' in '%s'; did you mean '%s'?", key, block->name, nearest);
	g_ptr_array_remove_index(known, known->len - 1);
	g_autoptr(GString) list = g_string_new(NULL);
	for (guint i = 0; i < known->len; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *) g_ptr_array_index(known, i));
	return fail(block->file, value, error, "unknown key '%s' in '%s'; known are: %s", key, block->name, list->str);
}

static gboolean check_value(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error);

static gboolean check_quantity(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	g_autoptr(GError) inner = NULL;
	ThusoDimension found;
	double value;
	if (!thuso_parse_quantity(node->text, param->dimensions, &value, &found, &inner))
		return fail(file, node, error, "%s: %s", name, inner->message);
	if ((param->min != 0 || param->max != 0) && (value < param->min || value > param->max)) {
		g_autofree char *low = thuso_format_quantity(param->min, found), *high = thuso_format_quantity(param->max, found);
		return fail(file, node, error, "%s: '%s' is out of range; it lies between %s and %s", name, node->text, low, high);
	}
	return TRUE;
}

static gboolean check_choice(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	if (g_strv_contains(param->choices, node->text))
		return TRUE;
	g_autofree char *all = g_strjoinv(", ", (char **) param->choices);
	const char *nearest = thuso_nearest_name(node->text, param->choices);
	return fail(file, node, error, "%s: '%s' is not known; use one of: %s%s%s%s", name, node->text, all,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

static gboolean check_list(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	if (node->kind != NODE_LIST)
		return check_value(file, node, param->item, name, error);
	if (node->items->len == 0)
		return fail(file, node, error, "'%s' is an empty list; take it out or fill it: %s", name, param->help);
	for (guint i = 0; i < node->items->len; i++)
		if (!check_value(file, g_ptr_array_index(node->items, i), param->item, name, error))
			return FALSE;
	return TRUE;
}

static gboolean check_map(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	if (node->kind != NODE_MAP || node->items->len == 0)
		return fail(file, node, error, "'%s' needs names with values: %s", name, param->help);
	for (guint i = 0; i < node->items->len; i++)
		if (!check_value(file, g_ptr_array_index(node->items, i), param->item, g_ptr_array_index(node->keys, i), error))
			return FALSE;
	return TRUE;
}

static gboolean check_block_value(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	Block sub = { file, name, node, param->block };
	if (node->kind == NODE_MAP)
		return block_check(&sub, error);
	if (node->kind == NODE_SCALAR && param->shorthand && param->shorthand(node->text))
		return TRUE;
	/* A block whose keys are all optional may stand empty: `walk:` */
	if (node->kind == NODE_SCALAR && *node->text == '\0')
		return block_check(&(Block){ file, name, NULL, param->block }, error);
	return fail(file, node, error, "'%s' needs keys: %s", name, param->help);
}

static gboolean check_value(const char *file, const Node *node, const ThusoParam *param, const char *name, GError **error)
{
	if (param->kind == THUSO_PARAM_LATER)
		return fail(file, node, error, "'%s' is not part of this version of thuso; take it out to run the rest", name);
	if (node->kind == NODE_SCALAR && strcmp(node->text, "DECIDE") == 0)
		return fail(file, node, error, "'%s' is still to be decided: %s", name, param->help);
	switch (param->kind) {
	case THUSO_PARAM_BLOCK:
		return check_block_value(file, node, param, name, error);
	case THUSO_PARAM_LIST:
		return check_list(file, node, param, name, error);
	case THUSO_PARAM_MAP:
		return check_map(file, node, param, name, error);
	default:
		break;
	}
	if (node->kind != NODE_SCALAR)
		return fail(file, node, error, "'%s' needs one value: %s", name, param->help);
	if (node->text[strspn(node->text, " \t\r\n")] == '\0')
		return fail(file, node, error, "'%s' is empty: %s", name, param->help);
	gint64 integer;
	if (param->kind == THUSO_PARAM_QUANTITY)
		return check_quantity(file, node, param, name, error);
	if (param->kind == THUSO_PARAM_CHOICE)
		return check_choice(file, node, param, name, error);
	if (param->kind == THUSO_PARAM_INTEGER && !thuso_parse_integer(node->text, &integer))
		return fail(file, node, error, "'%s' needs a whole number, not '%s'", name, node->text);
	if (param->kind == THUSO_PARAM_INTEGER && (param->min != 0 || param->max != 0) &&
	    ((double) integer < param->min || (double) integer > param->max))
		return fail(file, node, error, "'%s' lies between %.0f and %.0f, not at %s", name, param->min, param->max, node->text);
	if (param->kind == THUSO_PARAM_BOOLEAN && strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0)
		return fail(file, node, error, "'%s' needs true or false, not '%s'", name, node->text);
	return TRUE;
}

gboolean block_check(const Block *block, GError **error)
{
	for (guint i = 0; block->node && i < block->node->keys->len; i++) {
		const char *key = g_ptr_array_index(block->node->keys, i);
		const Node *value = g_ptr_array_index(block->node->items, i);
		const ThusoParam *param = find_param(block->params, key);
		if (!param)
			return unknown_key(block, key, value, error);
		if (!check_value(block->file, value, param, key, error))
			return FALSE;
	}
	for (const ThusoParam *p = block->params; p->name; p++)
		if (p->required && !node_get(block->node, p->name)) {
			block_error(block, NULL, error, THUSO_ERROR_USAGE, "'%s' is missing in '%s': %s", p->name, block->name, p->help);
			return FALSE;
		}
	return TRUE;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

gboolean block_has(const Block *block, const char *key)
{
	param_of(block, key);
	return node_get(block->node, key) != NULL;
}

Block block_get(const Block *block, const char *key)
{
	const Node *node = node_get(block->node, key);
	return (Block){ block->file, key, node && node->kind == NODE_MAP ? node : NULL, param_of(block, key)->block };
}

const char *block_text(const Block *block, const char *key)
{
	const ThusoParam *param = param_of(block, key);
	const Node *node = node_get(block->node, key);
	if (!node)
		return param->default_text;
	return node->kind == NODE_SCALAR ? node->text : NULL;
}

static double quantity_of(const char *text, const ThusoParam *param, ThusoDimension *found)
{
	double value = NAN;
	ThusoDimension dimension = THUSO_NUMBER;
	if (text)
		thuso_parse_quantity(text, param->dimensions, &value, &dimension, NULL);
	if (found)
		*found = dimension;
	return value;
}

double block_quantity(const Block *block, const char *key, ThusoDimension *found)
{
	return quantity_of(block_text(block, key), param_of(block, key), found);
}

gint64 block_integer(const Block *block, const char *key, gint64 otherwise)
{
	const char *text = block_text(block, key);
	gint64 value;
	return text && thuso_parse_integer(text, &value) ? value : otherwise;
}

int block_n(const Block *block, const char *key)
{
	const Node *node = node_get(block->node, key);
	param_of(block, key);
	return !node ? 0
	       : node->kind == NODE_SCALAR || (node->kind == NODE_MAP && param_of(block, key)->kind == THUSO_PARAM_LIST)
	           ? 1
	           : (int) node->items->len;
}

static const Node *item_node(const Block *block, const char *key, int i)
{
	const Node *node = node_get(block->node, key);
	gboolean is_alone = node->kind == NODE_SCALAR || (node->kind == NODE_MAP && param_of(block, key)->kind == THUSO_PARAM_LIST);
	return is_alone ? node : g_ptr_array_index(node->items, (guint) i);
}

Block block_item(const Block *block, const char *key, int i)
{
	const Node *item = item_node(block, key, i);
	return (Block){ block->file, key, item->kind == NODE_MAP ? item : NULL, param_of(block, key)->item->block };
}

const char *block_item_text(const Block *block, const char *key, int i)
{
	const Node *item = item_node(block, key, i);
	return item->kind == NODE_SCALAR ? item->text : NULL;
}

double block_item_quantity(const Block *block, const char *key, int i, ThusoDimension *found)
{
	return quantity_of(block_item_text(block, key, i), param_of(block, key)->item, found);
}

const char *block_item_name(const Block *block, const char *key, int i)
{
	return g_ptr_array_index(node_get(block->node, key)->keys, (guint) i);
}

const char **block_texts(const Block *block, const char *key)
{
	int n = block_n(block, key);
	if (n == 0)
		return NULL;
	const char **texts = thuso_new(const char *, n + 1);
	for (int i = 0; i < n; i++)
		texts[i] = block_item_text(block, key, i);
	return texts;
}

/* --- walking ----------------------------------------------------------------------------------------------------- */

static void walk_value(const char *file, const Node *node, const ThusoParam *param, const char *name, BlockLeafFunc func,
                       gpointer data);

static void walk_items(const char *file, const Node *node, const ThusoParam *param, const char *name, BlockLeafFunc func,
                       gpointer data)
{
	for (guint i = 0; i < node->items->len; i++) {
		g_autofree char *item = node->kind == NODE_MAP
		                            ? g_strdup_printf("%s.%s", name, (const char *) g_ptr_array_index(node->keys, i))
		                            : g_strdup_printf("%s.%u", name, i + 1);
		walk_value(file, g_ptr_array_index(node->items, i), param->item, item, func, data);
	}
}

static void walk_value(const char *file, const Node *node, const ThusoParam *param, const char *name, BlockLeafFunc func,
                       gpointer data)
{
	gboolean is_list = param->kind == THUSO_PARAM_LIST || param->kind == THUSO_PARAM_MAP;
	if (node && is_list && (node->kind == NODE_LIST || (node->kind == NODE_MAP && param->kind == THUSO_PARAM_MAP))) {
		walk_items(file, node, param, name, func, data);
	} else if (node && is_list) {
		walk_value(file, node, param->item, name, func, data);
	} else if (param->kind == THUSO_PARAM_BLOCK && (!node || node->kind == NODE_MAP || *node->text == '\0')) {
		if (!node && param->default_text) {
			func(name, param->default_text, FALSE, param, data);
			return;
		}
		Block sub = { file, name, node && node->kind == NODE_MAP ? node : NULL, param->block };
		block_walk(&sub, name, func, data);
	} else if (node && node->kind == NODE_SCALAR) {
		if (*node->text)
			func(name, node->text, TRUE, param, data);
	} else if (param->default_text) {
		func(name, param->default_text, FALSE, param, data);
	}
}

void block_walk(const Block *block, const char *prefix, BlockLeafFunc func, gpointer data)
{
	for (const ThusoParam *p = block->params; p->name; p++) {
		const Node *node = node_get(block->node, p->name);
		g_autofree char *name = *prefix ? g_strdup_printf("%s.%s", prefix, p->name) : g_strdup(p->name);
		/* Optional blocks that are not there hide their defaults: nothing of them was used. */
		if (!node && p->kind == THUSO_PARAM_BLOCK && !p->default_text && p->block && strcmp(p->name, "walking") != 0)
			continue;
		walk_value(block->file, node, p, name, func, data);
	}
}
