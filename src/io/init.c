#include <thuso/io.h>
