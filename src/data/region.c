#include <thuso/data.h>
