#include <thuso/study.h>
