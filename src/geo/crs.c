#include <thuso/geo.h>
