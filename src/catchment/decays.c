/* The decays there are, one line each. */
#include "measure.h"

#include <string.h>

const ThusoDecay *const thuso_decays[] = {
	&thuso_decay_within, &thuso_decay_steps, &thuso_decay_power, &thuso_decay_exponential, NULL,
};

const ThusoDecay *thuso_decay_find(const char *name)
{
	for (int i = 0; thuso_decays[i] != NULL; i++)
		if (strcmp(thuso_decays[i]->about.name, name) == 0)
			return thuso_decays[i];
	return NULL;
}

void thuso_decay_options_default(ThusoDecayOptions *options)
{
	*options = (ThusoDecayOptions){ .limit = NAN, .exponent = NAN, .unit = NAN, .half = NAN };
}
