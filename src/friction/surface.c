#include <thuso/friction.h>
