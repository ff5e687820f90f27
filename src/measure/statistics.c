/* SPDX-License-Identifier: MIT
 *
 * Order statistics.
 */
#include "measure/statistics.h"

#include <math.h>
#include <stdlib.h>

static int
compare(const void *left, const void *right)
{
	float a = *(const float *)left, b = *(const float *)right;

	return (a > b) - (a < b);
}

void
values_sort(float *values, size_t n)
{
	if (n > 1)
		qsort(values, n, sizeof *values, compare);
}

double
values_quantile(const float *values, size_t n, double q)
{
	if (n == 0)
		return 0;
	size_t rank = (size_t)ceil(q * (double)n - 1e-9);
	if (rank < 1)
		rank = 1;
	return (double)values[rank > n ? n - 1 : rank - 1];
}

double
values_median(const float *values, size_t n)
{
	if (n == 0)
		return 0;
	return n % 2 ? (double)values[n / 2]
		     : ((double)values[n / 2 - 1] + (double)values[n / 2]) / 2;
}
