#include <thuso/catchment.h>
