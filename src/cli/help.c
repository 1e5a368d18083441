/* Help, man page and completion, all from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const char purpose[] = "decides where one-stop government service centres should go, and shows why";

static const char *const exit_codes[] = {
	"0 done",
	"1 failed: I/O, memory, internal",
	"2 wrong usage or study file",
	"3 inputs not usable",
	"4 no feasible plan",
	"5 over a stated limit of size, memory or time",
	"75 the output is locked by another run",
	"130 or 143 interrupted",
	NULL,
};

static void print_options(const GOptionEntry *entries)
{
	for (; entries && entries->long_name; entries++) {
		g_autofree char *name =
		    g_strdup_printf("%c%c%c --%s%s%s", entries->short_name ? '-' : ' ', entries->short_name ? entries->short_name : ' ',
		                    entries->short_name ? ',' : ' ', entries->long_name, entries->arg_description ? " " : "",
		                    entries->arg_description ? entries->arg_description : "");
		printf("  %-22s %s\n", name, entries->description);
	}
}

void print_command_help(const Command *command)
{
	printf("thuso %s %s\n  %s\n\n", command->name, command->arguments, command->summary);
	print_wrapped(command->text, 0);
	if (command->example) {
		printf("\nFor example:\n");
		print_wrapped(command->example, 2);
	}
	printf("\nOptions:\n");
	print_options(command->options);
	print_options(common_options());
	printf("      --help             this text\n");
}

void print_help(void)
{
	printf("thuso %s: %s\n\n", THUSO_VERSION, purpose);
	for (const Command *const *c = commands; *c; c++) {
		g_autofree char *usage = g_strdup_printf("thuso %s %s", (*c)->name, (*c)->arguments);
		printf("  %-24s %s\n", usage, (*c)->summary);
	}
	printf("\nTo see it work:  thuso new demo --from-demo && thuso rank demo/study.yaml\n");
	printf("Options common to all (thuso COMMAND --help shows a command's own):\n");
	print_options(common_options());
	printf("      --help, --version\n\nExit codes:");
	for (const char *const *code = exit_codes; *code; code++)
		printf("%s %s", code == exit_codes ? "" : ";", *code);
	printf("\n");
}

/* --- man page ----------------------------------------------------------------------------------------------------- */

static void man_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text != '`')
			putchar(*text);
	}
	putchar('\n');
}

static void man_options(const GOptionEntry *entries)
{
	for (; entries && entries->long_name; entries++) {
		printf(".TP\n");
		if (entries->short_name)
			printf("\\fB\\-%c\\fR, ", entries->short_name);
		printf("\\fB\\-\\-%s\\fR%s%s\n", entries->long_name, entries->arg_description ? " " : "",
		       entries->arg_description ? entries->arg_description : "");
		man_text(entries->description);
	}
}

static void print_man(void)
{
	printf(".TH THUSO 1 \"\" \"thuso %s\" \"User Commands\"\n.SH NAME\nthuso \\- %s\n.SH SYNOPSIS\n", THUSO_VERSION, purpose);
	for (const Command *const *c = commands; *c; c++)
		printf(".B thuso %s\n%s [OPTIONS]\n.br\n", (*c)->name, (*c)->arguments);
	printf(".SH COMMANDS\n");
	for (const Command *const *c = commands; *c; c++) {
		printf(".SS thuso %s %s\n", (*c)->name, (*c)->arguments);
		man_text((*c)->text);
		if ((*c)->example) {
			printf(".PP\nFor example:\n.PP\n");
			man_text((*c)->example);
		}
		man_options((*c)->options);
	}
	printf(".SH COMMON OPTIONS\n");
	man_options(common_options());
	printf(".SH EXIT STATUS\n");
	for (const char *const *code = exit_codes; *code; code++) {
		const char *space = strchr(*code, ' ');
		printf(".TP\n%.*s\n", (int) (space - *code), *code);
		man_text(space + 1);
	}
	printf(".SH FILES\nThe study file is described by\n.BR \"thuso list study\" .\n");
}

/* --- completion --------------------------------------------------------------------------------------------------- */

static void print_words(const GOptionEntry *entries)
{
	for (; entries && entries->long_name; entries++)
		printf(" --%s", entries->long_name);
}

static void print_completion(void)
{
	printf("# bash completion for thuso: source it, or put it into the completions folder of bash\n_thuso() {\n");
	printf("    local word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
	for (const Command *const *c = commands; *c; c++)
		printf("%s%s", c == commands ? "" : " ", (*c)->name);
	printf(" --help --version\"\n    else\n        case \"${COMP_WORDS[1]}\" in\n");
	for (const Command *const *c = commands; *c; c++) {
		printf("        %s) words=\"--help", (*c)->name);
		print_words((*c)->options);
		print_words(common_options());
		printf("\" ;;\n");
	}
	printf("        esac\n        case \"$word\" in -*) ;; *) COMPREPLY=($(compgen -f -- \"$word\")); return ;; esac\n    fi\n"
	       "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -F _thuso thuso\n");
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	(void) context;
	const char *what = options->n_arguments > 0 ? options->arguments[0] : NULL;
	const Command *command = what ? command_find(what) : NULL;
	if (!what)
		print_help();
	else if (strcmp(what, "man") == 0)
		print_man();
	else if (strcmp(what, "completion") == 0)
		print_completion();
	else if (command)
		print_command_help(command);
	else
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "no help on '%s'; give a command, man or completion", what);
	return !what || command || strcmp(what, "man") == 0 || strcmp(what, "completion") == 0;
}

const Command command_help = {
	.name = "help",
	.arguments = "[TOPIC]",
	.summary = "this help, or a topic: a command, man, completion",
	.text =
	    "Prints help; `thuso help man` prints the man page's source and `thuso help completion` a completion script for bash.",
	.min_arguments = 0,
	.max_arguments = 1,
	.run = run,
};
