#include <thuso/out.h>
