#include <thuso/siting.h>
