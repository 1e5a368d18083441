#include <thuso/base.h>
