/* SPDX-License-Identifier: MIT
 *
 * Korean particles. Which form is said hangs on how the word before ends: in a vowel, in a consonant, or in an l,
 * which one particle treats like a vowel. Hangul says it exactly, a number by how its last digit is read, a Latin
 * word by how its ending is usually heard (writer: laiteo, dan: daen, read: rideu).
 */
#include "text/particles.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "text/marks.h"

enum sound { SOUND_UNKNOWN, SOUND_VOWEL, SOUND_CONSONANT, SOUND_L };

static const struct particle {
	const char *both, *after_consonant, *after_vowel;
	bool l_is_vowel;
} particles[] = {
	{"이(가)", "이", "가", false},
	{"을(를)", "을", "를", false},
	{"은(는)", "은", "는", false},
	{"과(와)", "과", "와", false},
	{"(으)로", "으로", "로", true},
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_vowel(char c)
{
	return c != '\0' && strchr("aeiouyAEIOUY", c) != NULL;
}

static bool
is_one_of(char c, const char *letters)
{
	return c != '\0' && strchr(letters, c) != NULL;
}

/* How the word that ends before `end` sounds at its end. */
static enum sound
latin_sound(const char *text, const char *end)
{
	char last = end[-1];
	char second = end - text > 1 && is_letter(end[-2]) ? end[-2] : '\0';
	char third = second != '\0' && end - text > 2 && is_letter(end[-3]) ? end[-3] : '\0';

	if (is_one_of(last, "eE") && third != '\0') { /* not heard: file, time, one */
		if (is_one_of(second, "lL"))
			return SOUND_L;
		if (is_one_of(second, "mMnN"))
			return SOUND_CONSONANT;
	}
	if (is_one_of(last, "lL"))
		return SOUND_L;
	if (is_one_of(last, "mMnN") || (is_one_of(last, "gG") && is_one_of(second, "nN")))
		return SOUND_CONSONANT;
	if (is_one_of(last, "kK") && is_one_of(second, "cC"))
		return SOUND_CONSONANT;
	/* a stop is swallowed behind a short vowel, bob, and said with a vowel of its own elsewhere, wait, client */
	if (is_one_of(last, "bckptBCKPT") && is_vowel(second) && !is_vowel(third))
		return SOUND_CONSONANT;
	return SOUND_VOWEL;
}

static enum sound
digit_sound(char digit)
{
	return is_one_of(digit, "036")   ? SOUND_CONSONANT
	       : is_one_of(digit, "178") ? SOUND_L
					 : SOUND_VOWEL;
}

/* The last syllable as three bytes of UTF-8: every 28th has no consonant at its end, eight further it is an l. */
static enum sound
hangul_sound(const unsigned char *syllable)
{
	unsigned code =
		(syllable[0] & 0x0fu) << 12 | (syllable[1] & 0x3fu) << 6 | (syllable[2] & 0x3fu);

	if (syllable[0] < 0xea || syllable[0] > 0xed || code < 0xac00 || code > 0xd7a3)
		return SOUND_UNKNOWN;
	code = (code - 0xac00) % 28;
	return code == 0 ? SOUND_VOWEL : code == 8 ? SOUND_L : SOUND_CONSONANT;
}

/* Where the bracket opens that closes just before `end`; NULL: nowhere. */
static const char *
bracket_begin(const char *text, const char *end)
{
	int depth = 0;

	while (end > text) {
		end--;
		depth += *end == ')';
		depth -= *end == '(';
		if (depth == 0)
			return end;
	}
	return NULL;
}

/* The word before `end`, without what is not said: marks, quotes, and brackets with all that is in them. */
static enum sound
sound_before(const char *text, const char *end)
{
	for (; end != NULL && end > text; end = end[-1] == ')' ? bracket_begin(text, end) : end - 1)
		if (!is_one_of(end[-1], ") `'\"]") && (unsigned char)end[-1] > MARK_EMPHASIS_END)
			break;
	if (end == NULL || end == text)
		return SOUND_UNKNOWN;
	if (is_letter(end[-1]))
		return latin_sound(text, end);
	if (end[-1] >= '0' && end[-1] <= '9')
		return digit_sound(end[-1]);
	return end - text >= 3 ? hangul_sound((const unsigned char *)end - 3) : SOUND_UNKNOWN;
}

static const struct particle *
particle_at(const char *text)
{
	for (size_t i = 0; i < sizeof particles / sizeof *particles; i++)
		if (strncmp(text, particles[i].both, strlen(particles[i].both)) == 0)
			return &particles[i];
	return NULL;
}

void
particles_settle(char *text)
{
	bool quoted = false;
	char *to = text;

	if (strchr(text, '(') == NULL) /* most words, and all in most languages */
		return;
	for (const char *from = text; *from != '\0';) {
		const struct particle *particle = quoted ? NULL : particle_at(from);
		enum sound sound = particle != NULL ? sound_before(text, to) : SOUND_UNKNOWN;

		if (sound != SOUND_UNKNOWN) {
			bool vowel =
				sound == SOUND_VOWEL || (sound == SOUND_L && particle->l_is_vowel);
			const char *form =
				vowel ? particle->after_vowel : particle->after_consonant;
			size_t length = strlen(form);

			memcpy(to, form, length);
			to += length;
			from += strlen(particle->both);
			continue;
		}
		if (*from == '"')
			quoted = !quoted;
		else if (quoted && *from == '\\' && from[1] != '\0')
			*to++ = *from++;
		*to++ = *from++;
	}
	*to = '\0';
}
