/* SPDX-License-Identifier: MIT
 *
 * Order statistics: what measurements of a shared machine are told by. A mean would be the outliers'.
 */
#ifndef IPCVIZ_MEASURE_STATISTICS_H
#define IPCVIZ_MEASURE_STATISTICS_H

#include <stddef.h>

void values_sort(float *values, size_t n);
/* Of sorted values, by the nearest-rank rule: the smallest value such that at least the share `q` (0 to 1) of all
 * is no larger. 0 without values. */
double values_quantile(const float *values, size_t n, double q);
/* Of sorted values: the middle one, or the mean of the two. 0 without values. */
double values_median(const float *values, size_t n);

#endif
