// SPDX-License-Identifier: GPL-3.0-or-later
// The recommended rules; those left out are listed with their reason.
export default {
	root: true,
	extends: ["html-validate:recommended"],
	rules: {
		"no-trailing-whitespace": "off", // about the source; templates leave some where a value is empty
		"long-title": "off",             // the title is the user's
		"no-inline-style": "error",
	},
};
