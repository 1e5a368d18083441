/* The list of commands. */
#include <string.h>

#include "command.h"

const Command *const commands[] = {
	&command_new,      &command_check,  &command_run, &command_rank,    &command_cost,
	&command_locate,   &command_report, &command_map, &command_compare, &command_list,
	&command_selftest, &command_help,   NULL,
};

const Command *command_find(const char *name)
{
	for (const Command *const *command = commands; *command; command++)
		if (strcmp((*command)->name, name) == 0)
			return *command;
	return NULL;
}
