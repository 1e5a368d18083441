/* Which table has the keys of a layer. */
#include "draft_writer.h"

/* How many of the layer's keys a table's column has. */
guint draft_keys_in_common(const LookField *a, const LookField *b)
{
	guint n = 0;
	GHashTableIter iter;
	gpointer key;
	if (!a->all || !b->all)
		return 0;
	g_hash_table_iter_init(&iter, a->all);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		n += g_hash_table_contains(b->all, key) ? 1 : 0;
	return n;
}

/* The column of a table with the keys of the field: most of them, each once. */
const LookField *draft_key_column(const Look *table, const LookField *keys)
{
	const LookField *best = NULL;
	guint most = 0;
	for (guint i = 0; i < table->fields->len; i++) {
		const LookField *field = g_ptr_array_index(table->fields, i);
		guint n = keys->all ? draft_keys_in_common(keys, field) : 0;
		if (n > most && 2 * (gint64) n >= keys->n_distinct) {
			best = field;
			most = n;
		}
	}
	return best;
}

static const LookField *column_of_people(const Look *table)
{
	Guess as_people = { .look = table, .role = &roles[ROLE_PEOPLE], .named = FALSE };
	return guess_field(&as_people, "people");
}

/* For people by area: a table that joins the layer and has a count. */
const LookField *draft_people_table(Writer *writer, const LookField *keys, const LookField **key)
{
	for (guint i = 0; keys && i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		const LookField *column = guess->look->shape == LOOK_TABLE ? draft_key_column(guess->look, keys) : NULL;
		const LookField *people = column ? column_of_people(guess->look) : NULL;
		if (!people)
			continue;
		writer->table_of_people = guess->look;
		*key = column;
		return people;
	}
	return NULL;
}
