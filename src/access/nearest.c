#include <thuso/access.h>
