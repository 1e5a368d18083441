/* The tables of schema.c. */
#ifndef STUDY_SCHEMA_H
#define STUDY_SCHEMA_H

#include <thuso/param.h>

extern const ThusoParam study_schema[];

#endif
