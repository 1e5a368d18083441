/* YAML to nodes, by libyaml's events: they show anchors and tags, which the document API hides. All scalars stay texts: what they
 * mean is the schema's business ("no" is a word here, never FALSE). */
#include "node.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { MAX_DEPTH = 24, MAX_BYTES = 4 << 20, MAX_KEYS = 1000 };

typedef struct {
	yaml_parser_t parser;
	const char *path;
	int depth;
	GError **error;
} Reader;

void node_free(Node *node)
{
	if (!node)
		return;
	g_free(node->text);
	g_clear_pointer(&node->keys, g_ptr_array_unref);
	g_clear_pointer(&node->items, g_ptr_array_unref);
	g_free(node);
}

static Node *node_new(NodeKind kind, int line)
{
	Node *node = g_new0(Node, 1);
	node->kind = kind;
	node->line = line;
	if (kind != NODE_SCALAR)
		node->items = g_ptr_array_new_with_free_func((GDestroyNotify) node_free);
	if (kind == NODE_MAP)
		node->keys = g_ptr_array_new_with_free_func(g_free);
	return node;
}

const Node *node_get(const Node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (guint i = 0; i < map->keys->len; i++)
		if (strcmp(g_ptr_array_index(map->keys, i), key) == 0)
			return g_ptr_array_index(map->items, i);
	return NULL;
}

static gboolean refuse(Reader *reader, size_t line, const char *what)
{
	g_autofree char *shown = thuso_escape(what);
	if (!*reader->error)
		g_set_error(reader->error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s:%zu: %s", reader->path, line + 1, shown);
	return FALSE;
}

static gboolean next_event(Reader *reader, yaml_event_t *event)
{
	if (yaml_parser_parse(&reader->parser, event))
		return TRUE;
	const yaml_parser_t *p = &reader->parser;
	g_autofree char *what =
	    g_strdup_printf("not valid YAML: %s%s%s; check indentation, colons and quotes near here",
	                    p->problem ? p->problem : "unreadable", p->context ? ", " : "", p->context ? p->context : "");
	return refuse(reader, p->problem_mark.line, what);
}

static Node *read_value(Reader *reader, const yaml_event_t *event);

static gboolean is_plain(Reader *reader, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	if (event->type == YAML_ALIAS_EVENT)
		return refuse(reader, event->start_mark.line, "aliases (*name) are not used in a study file; write the value out");
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (anchor || tag)
		return refuse(reader, event->start_mark.line,
		              "anchors (&name) and tags (!name) are not used in a study file; quote the text "
		              "if it begins with & or !");
	return TRUE;
}

static gboolean read_list(Reader *reader, Node *list)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(reader, &event))
			return FALSE;
		gboolean end = event.type == YAML_SEQUENCE_END_EVENT;
		Node *item = end ? NULL : read_value(reader, &event);
		yaml_event_delete(&event);
		if (end)
			return TRUE;
		if (!item)
			return FALSE;
		g_ptr_array_add(list->items, item);
	}
}

static gboolean read_key(Reader *reader, Node *map, gboolean *end)
{
	yaml_event_t event;
	if (!next_event(reader, &event))
		return FALSE;
	*end = event.type == YAML_MAPPING_END_EVENT;
	gboolean is_word = *end || event.type == YAML_SCALAR_EVENT;
	gboolean ok = is_word && is_plain(reader, &event);
	if (!is_word)
		refuse(reader, event.start_mark.line, "a key must be a plain word");
	if (ok && !*end) {
		const char *key = (const char *) event.data.scalar.value;
		if (map->keys->len == MAX_KEYS) {
			ok = refuse(reader, event.start_mark.line, "more than 1000 keys in one block: this is no study file");
		} else if (node_get(map, key)) {
			g_autofree char *what = g_strdup_printf("the key '%s' stands twice in this block; keep one", key);
			ok = refuse(reader, event.start_mark.line, what);
		} else {
			g_ptr_array_add(map->keys, g_strdup(key));
		}
	}
	yaml_event_delete(&event);
	return ok;
}

static gboolean read_map(Reader *reader, Node *map)
{
	for (;;) {
		yaml_event_t event;
		gboolean end;
		if (!read_key(reader, map, &end))
			return FALSE;
		if (end)
			return TRUE;
		if (!next_event(reader, &event))
			return FALSE;
		Node *value = read_value(reader, &event);
		yaml_event_delete(&event);
		if (!value)
			return FALSE;
		g_ptr_array_add(map->items, value);
	}
}

/* YAML's word for nothing, unquoted. */
static gboolean is_null(const yaml_event_t *event)
{
	const char *text = (const char *) event->data.scalar.value;
	static const char *const words[] = { "~", "null", "Null", "NULL", NULL };
	return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && g_strv_contains(words, text);
}

static Node *read_value(Reader *reader, const yaml_event_t *event)
{
	int line = (int) event->start_mark.line + 1;
	if (!is_plain(reader, event))
		return NULL;
	if (event->type == YAML_SCALAR_EVENT) {
		Node *node = node_new(NODE_SCALAR, line);
		node->text = g_strdup(is_null(event) ? "" : (const char *) event->data.scalar.value);
		return node;
	}
	if (++reader->depth > MAX_DEPTH) {
		refuse(reader, event->start_mark.line, "blocks are nested too deeply");
		return NULL;
	}
	g_autoptr(Node) node = node_new(event->type == YAML_MAPPING_START_EVENT ? NODE_MAP : NODE_LIST, line);
	gboolean ok = node->kind == NODE_MAP ? read_map(reader, node) : read_list(reader, node);
	reader->depth--;
	return ok ? g_steal_pointer(&node) : NULL;
}

/* Stream and document start, the one value, document and stream end. */
static Node *read_document(Reader *reader)
{
	g_autoptr(Node) top = NULL;
	for (;;) {
		yaml_event_t event;
		if (!next_event(reader, &event))
			return NULL;
		yaml_event_type_t type = event.type;
		gboolean ok = TRUE;
		if (type == YAML_MAPPING_START_EVENT && !top) {
			top = read_value(reader, &event);
			ok = top != NULL;
		} else if (type == YAML_DOCUMENT_START_EVENT && top) {
			ok = refuse(reader, event.start_mark.line, "a study file holds one document; remove the second '---'");
		} else if (type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT || type == YAML_ALIAS_EVENT) {
			ok = refuse(reader, event.start_mark.line, "a study file begins with keys such as 'study:' and 'area:'");
		}
		yaml_event_delete(&event);
		if (!ok)
			return NULL;
		if (type == YAML_STREAM_END_EVENT)
			break;
	}
	if (!top)
		refuse(reader, 0, "the study file is empty; 'thuso new DIR' writes one to start from");
	return g_steal_pointer(&top);
}

static gboolean read_bytes(const char *path, char **bytes, gsize *size, GError **error)
{
	g_autoptr(GError) inner = NULL;
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s; give the path of a study file (study.yaml)", path,
		            g_file_test(path, G_FILE_TEST_EXISTS) ? "not a regular file" : "no such file");
		return FALSE;
	}
	if (!g_file_get_contents(path, bytes, size, &inner)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: cannot be read: %s", path, inner->message);
		return FALSE;
	}
	if (*size > MAX_BYTES || !g_utf8_validate(*bytes, (gssize) *size, NULL)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: not a study file: %s", path,
		            *size > MAX_BYTES ? "larger than 4 MB" : "not UTF-8 text; save it as UTF-8");
		return FALSE;
	}
	return TRUE;
}

Node *node_read(const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize size;
	GError *inner = NULL;
	if (!read_bytes(path, &bytes, &size, error))
		return NULL;

	Reader reader = { .path = path, .error = &inner };
	if (!yaml_parser_initialize(&reader.parser)) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_FAILED, "not enough memory to read the study file");
		return NULL;
	}
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *) bytes, size);
	Node *top = read_document(&reader);
	yaml_parser_delete(&reader.parser);
	if (inner)
		g_propagate_error(error, inner);
	return top;
}
