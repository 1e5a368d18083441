/* What the files of this room share about a study file. */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include <thuso/io.h>
#include <thuso/study.h>

#include "block.h"

struct ThusoStudy {
	char *file;   /* as given, for messages */
	char *dir;    /* absolute folder of the study file */
	char *data;   /* absolute, or NULL */
	char *output; /* absolute */
	Node *top;
};

Block study_block(const ThusoStudy *study);
/* A path of the study file, relative to it, `\` taken as `/`. Caller frees. */
char *study_path(const ThusoStudy *study, const char *path);

/* The source that a block names (source keys) or that a word names (a layer of the data file). Files must exist. */
ThusoSource *study_source(const ThusoStudy *study, const Block *block, GError **error);
ThusoJoin *study_join(const ThusoStudy *study, const Block *block, GError **error); /* the block's `join` */
ThusoSource *study_layer(const ThusoStudy *study, const Block *at, const char *layer, GError **error);
ThusoSource *study_file(const ThusoStudy *study, const Block *at, const char *key, GError **error); /* a path alone */

#endif
