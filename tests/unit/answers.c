/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer is remembered for what it holds for, and for nothing else. */
#include "rules/answers.h"
#include "test.h"

/* Of an odd size: each is to lie at an address that suits it. */
struct told {
	struct answer answer;
	uint64_t gfn;
	unsigned int classes;
	char more[5];
};

static unsigned int asked;

/* The same holds for 16 gfns and 16 mfns. */
static void ask(void *opaque, const struct entry *entry, unsigned int classes,
		struct answer *answer)
{
	const struct window window = { entry->gfn & ~UINT64_C(15), entry->gfn | 15,
				       entry->mfn & ~UINT64_C(15), entry->mfn | 15 };
	struct told *told = (struct told *)answer;

	check(opaque == &asked, "what it was given");
	check(answer->window.gfn_first == 0 && answer->window.mfn_last == UINT64_MAX,
	      "nothing is left of the window before");
	window_narrow(&answer->window, &window);
	told->gfn = entry->gfn;
	told->classes = classes;
	asked++;
}

static struct answers answers;

/* Is the answer that of the entry at gfn, and was it asked for anew? */
static void find(const struct entry *entry, unsigned int classes, uint64_t gfn, bool anew)
{
	unsigned int before = asked;
	const struct told *told = (const struct told *)answers_find(&answers, entry, classes);

	check(told->gfn == gfn && told->classes == classes, "gfn %#x: the answer of %#x",
	      (unsigned int)entry->gfn, (unsigned int)told->gfn);
	check(asked == before + anew, "gfn %#x: asked %u times", (unsigned int)entry->gfn,
	      asked - before);
	/* One that does not even hold for the entry it was given for is not said again. */
	told = classes || !window_has(&told->answer.window, entry) ? NULL : told;
	check((const struct told *)answers_last(&answers, entry) == told, "gfn %#x: the last",
	      (unsigned int)entry->gfn);
}

static struct entry at(uint64_t gfn)
{
	return (struct entry){ .gfn = gfn, .mfn = gfn, .rights = 7, .type = ENTRY_TYPE_UNKNOWN };
}

int main(void)
{
	struct entry entry = at(0x100), other;
	uint64_t gfn;

	check(!answers_init(&answers, sizeof(struct told), ask, &asked), "room");
	check(!answers_last(&answers, &entry), "nothing yet");
	find(&entry, 0, 0x100, true);
	entry = at(0x10f);
	find(&entry, 0, 0x100, false);
	entry = at(0x110);
	find(&entry, 0, 0x110, true);

	/* Another right, order, type, frame, or classes is another question. */
	entry = at(0x100);
	other = entry;
	other.rights = 5;
	find(&other, 0, 0x100, true);
	other = entry;
	other.order = 9;
	find(&other, 0, 0x100, true);
	find(&other, 0, 0x100, true); /* 512 frames do not lie in a window of 16 */
	other = entry;
	other.type = 0;
	find(&other, 0, 0x100, true);
	other = entry;
	other.mfn = 0x200;
	find(&other, 0, 0x100, true);
	find(&entry, 2, 0x100, true);
	find(&entry, 2, 0x100, false);

	/* Some are remembered, those used last. */
	for (gfn = 0; gfn < 0x40; gfn += 0x10) {
		entry = at(gfn);
		find(&entry, 0, gfn, true);
	}
	for (gfn = 0; gfn < 0x40; gfn += 0x10) {
		entry = at(gfn + 3);
		find(&entry, 0, gfn, false);
	}
	entry = at(0x50);
	find(&entry, 0, 0x50, true);
	entry = at(0x10);
	find(&entry, 0, 0x10, false);
	entry = at(0);
	find(&entry, 0, 0, true);
	answers_clear(&answers);
	return test_end();
}
