/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_SCAN_H
#define SOURCE_TEXT_SCAN_H

#include "model/facts.h"
#include "rules/releases.h"
#include "source/input.h"
#include "source/source.h"
#include "source/text/guesttext.h"
#include "source/text/lspci.h"
#include "source/text/mtrrs.h"
#include "source/text/prefix.h"
#include "source/text/record.h"

struct bydomain;

/*
 * The first reading of a log: where its dumps are, and every fact that its other lines hold. What
 * belongs together is told by section (from one boot banner to the next) and by series: key output
 * with nothing between that could mean a change.
 */

/* Where something stands. */
struct place {
	unsigned int section, series;
	uint64_t line;
};

/* Where the configuration space of a PCI segment's buses is to be seen, that of bus 0 at base. */
struct mcfg_window {
	uint64_t base;
	unsigned int segment, first, last;
};

#define MCFG_MAX 16

/* One boot. */
struct section {
	char version[128]; /* as in the banner, safe for a terminal; "" if there was none */
	struct xen_version xen;
	bool has_version;
	char command_line[512];
	uint64_t ring; /* bytes of the console ring; 0: not told */
	struct ranges ram;
	bool has_memory_map, pfn_compression;
	bool map_broken;		    /* the memory map was there, but not all of it */
	uint64_t map_next;		    /* address behind its last line */
	bool iommu_disabled, iommu_enabled; /* "I/O virtualisation …" */
	char no_hap[80]; /* what was said of why there is no EPT, safe for a terminal; or "" */
	bool has_snoop, snoop; /* whether all IOMMUs can force snooping */
	struct ranges mmio_ro;
	struct devices devices;
	struct mcfg_window mcfg[MCFG_MAX]; /* announced */
	unsigned int mcfg_count;
	struct mtrrs host;
	struct prefix prefix; /* before "(XEN) " on each line */
	bool loose;	      /* entries lost their blanks: record_parse_loose() */
	unsigned int cr;      /* carriage returns that end Xen's own lines */
	bool has_cr, any_cr;
	unsigned int fewer_cr; /* lines of Xen's in a row that ended with fewer */
	/*
	 * Its banner ended with more than the section before: a second log behind the first, or
	 * dom0 showing its own, which is known when the section before goes on.
	 */
	bool tentative;
	unsigned int before;
	bool dropped; /* it was the latter */
};

/* Output of one key q. */
struct keyq {
	struct place place;
	struct ranges special;
	bool excerpt;  /* the line that it was pressed is not there */
	bool complete; /* its first and its last lines were seen */
};

/* What it said of a domain. */
struct keyq_domain {
	size_t keyq;
	int domid;
	struct ranges iomem;
	bool ioports, has_iomem, has_ioports;
	uint64_t nr_pages, pod_cache; /* RAM it owns; of that not yet in its p2m */
	bool has_nr_pages;
	unsigned int vcpus;
};

/* A vCPU's MTRRs as xen-hvmctx printed them. */
struct mtrr_text {
	struct place place;
	int domid;
	unsigned int vcpu;
	struct mtrr_state state;
};

/* A key that was pressed. */
struct keypress {
	struct place place;
	char key;
	bool complete; /* another key was pressed behind it */
	bool lost;     /* lines that it does not print stand behind it: others were lost */
};

/* MMIO (gfn, mfn) or ports (gfn is the guest's) that were mapped into a domain, or taken away. */
struct mapping_text {
	struct place place;
	int domid;
	bool ports, added;
	uint64_t gfn, mfn, count;
};

/* A vCPU's registers as key v printed them. */
struct vmcs_text {
	struct place place;
	int domid;
	unsigned int vcpu;
	struct paging_registers registers;
};

/* Key o named the domain as one with IOMMU. */
struct iommu_text {
	struct place place;
	int domid;
};

struct dump_place {
	struct place place;
	int domid;	     /* DOMID_UNNAMED: its header is not there */
	unsigned int number; /* of this domain in this boot, from 1 */
	unsigned int dumps;  /* of so many */
	uint64_t offset;     /* of the line behind the header */
	uint64_t end;	     /* offset at which this dump is over */
	uint64_t mfn_of_0;   /* of a guest's gfn 0; 0: not told */
	bool torn;	     /* what follows it lost its beginning */
	bool excerpt;	     /* it has no header */
	bool at_end;	     /* nothing of Xen's follows it in the log */
};

struct scan {
	struct section *sections;
	size_t section_count;
	struct keyq *keyqs;
	size_t keyq_count;
	struct keyq_domain *domains;
	size_t domain_count;
	struct mtrr_text *mtrrs;
	size_t mtrr_count;
	unsigned long mtrrs_unnamed; /* more of them, of a domain that is not told */
	struct vmcs_text *vmcss;
	size_t vmcs_count;
	struct iommu_text *iommus;
	size_t iommu_count;
	struct keypress *keys;
	size_t key_count;
	struct mapping_text *mappings;
	size_t mapping_count;
	struct dump_place *dumps;
	size_t dump_count;
	struct guest_text guest; /* before the first of Xen's lines: it can be a guest's text */
	struct lspci lspci;	 /* the same: lspci's */
	struct place last;	 /* the end of the log */
	uint64_t lines, xen_lines;
	unsigned long rejected, replayed;
	unsigned long left_out;			/* lines with "(XEN) " behind another prefix */
	bool lost;				/* one of them could tell of entries or facts */
	unsigned long headless;			/* records before any header */
	uint64_t headless_first, headless_last; /* lowest and highest gfn of theirs */
	struct dump_place excerpt;		/* where these are */
	struct bydomain *by;			/* the same by domain */
	bool has_nul;
	bool archive; /* of tar, perhaps with logs of several hosts */
};

/*
 * Reads the whole log. from_xen says that it comes from Xen's own ring, where nothing stands before
 * "(XEN) ". Returns 0 or a negative errno value.
 */
int scan_log(struct reader *reader, struct scan *scan, bool from_xen, struct error *err);
void scan_clear(struct scan *scan);

/* -EINVAL, and what to do, where the file of that name is an archive. */
int scan_refuses_archive(const struct scan *scan, const char *name, struct error *err);

/*
 * The log has no banner and is of this boot, which another log told of: its first section gets what
 * that knows of the machine. Returns 0 or -ENOMEM.
 */
int scan_copy_boot(struct scan *to, const struct section *boot);

/* Moves what from's last boot told of the machine to to's first section: the same boot goes on. */
void scan_take_boot(struct scan *to, struct scan *from);

/* What the scan knows for one dump. Returns 0 or -ENOMEM. */
int scan_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts);

/* Which Xen booted, into info; nothing where no banner told. */
void section_version(const struct section *section, struct source_info *info);

enum origin {
	ORIGIN_XEN,	 /* Xen's own, as far as can be told */
	ORIGIN_REPLAYED, /* Xen's words in another mouth: dom0 showing an old log */
	ORIGIN_GUEST,	 /* (dN) */
	ORIGIN_OTHER,	 /* dom0, firmware, the terminal */
};

/* A record in a line of this section. */
enum record section_record(const struct section *section, const char *text, size_t length,
			   struct entry *entry);

/* Whose a line is, and what it says behind its prefix. */
struct utterance {
	enum origin origin;
	const char *xen; /* where "(XEN) " stands, if the line begins with it; else NULL */
	const char *text;
	size_t length;
	bool joined; /* of several lines: see wrapped.h */
};

void line_origin(const struct line *line, const struct section *section,
		 struct utterance *utterance);

/*
 * What a line (NUL-terminated) of any log says: what follows "(XEN) " and a timestamp, or where it
 * has none the line without a mail's quotes. Tells nothing of whose line it is.
 */
const char *line_said(const char *line);

#define XEN_PREFIX	  "(XEN) "
#define XEN_PREFIX_LENGTH 6

#endif
