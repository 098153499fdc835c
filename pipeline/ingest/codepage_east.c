/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which East Asian code page a text is in, by what its characters would be: each language writes
 * a few hundred for the most part, and in the wrong code page those come out as rare ones. The
 * usual detector needs more text than a short table has.
 */
#include "ingest/ingest_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The most frequent characters, and those of cities, countries and companies. */
static const char japanese[] =
	"日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五間対上部東者党地合市業内"
	"相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調"
	"体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山"
	"思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共"
	"得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物引使"
	"求所次水半品官増係感特情投示変打男基私各始島直両朝価式村提運終空営建車神奈横浜沖縄阪株"
	"店町屋札幌福岡広崎駅";
static const char simplified[] =
	"的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自"
	"之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些"
	"主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业"
	"外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代"
	"内信表化老给世位次度门任常先海通教原东提立及比员解水名真论处走义各入几口认条平系气题活"
	"更别打四总电数安报才结反受目量再建务做接必场件计管期市直资命山金指统区保至队形社空治马"
	"科司五基据规万城州广京深圳庆限省县武汉南北路号院湖江苏浙福河张王李陈刘共华";
static const char traditional[] =
	"的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自"
	"之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些"
	"主樣理心本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業"
	"外將兩高間由問很最重並物手應向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代"
	"內信表化老給世位次度門任常先海通教原東提立及比員解水名真論處走義各入幾口認條平系氣題活"
	"更別打四總電數安報才結反受目量再建務做接必場件計管期市直資命山金指統區保至隊形社空治馬"
	"科司五基臺台北灣雄南竹華股份限縣路號街段院張王李陳林黃";
static const char korean[] =
	"이다는의을가에고하지한사기도시어리로자서대나해인들은를과와일그정부수있것아라스주제전원보"
	"장여마상구안공성게조용동국소중비우년면만생경세신선모오실관계위문유물무미화연당분방간력금"
	"저개산적발학청회민없말남진으던니까려했습양명현식울특별광역천강북호교점행읍길";

static const struct {
	const char *name, *usual;
} pages[] = {
	{ "SHIFT_JIS", japanese },
	{ "EUC-JP", japanese },
	{ "GB18030", simplified },
	{ "BIG5", traditional },
	{ "EUC-KR", korean },
};

/* What a character says: from -1 to 1. `bytes`: the same. */
static double witness(uint32_t c, struct str bytes, const char *usual)
{
	if (c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || c < 0xa0)
		return -1;
	if (c >= 0x3041 && c <= 0x30ff)
		return usual == japanese ? 1 : 0;
	if (c >= 0x3000 && c <= 0x3040)    /* marks of sentences */
		return 0.5;
	if (c >= 0xff61 && c <= 0xff9f)    /* half-width kana: single bytes that fit nothing */
		return -0.3;
	if (c < 0x1100)
		return 0;
	char one[8] = "";
	memcpy(one, bytes.p, bytes.n);
	return strstr(usual, one) ? 1 : 0.1;
}

/* From -1 to 1, the share of characters that the language writes most; -1 for a few. */
static double score_of(const char *name, const char *usual, const char *p, size_t n)
{
	enum { MOST = 1 << 14, FEW = 4 };
	n = n < MOST ? n : MOST;
	char *out = mem_calloc(n + 1, 4);
	const char *at = out, *end = out + codepage_decode(name, p, n, out);
	double sum = 0;
	int64_t all = 0;
	while (at < end) {
		const char *from = at;
		uint32_t c = utf8_next(&at, end);
		if (c < 0x80)
			continue;
		sum += witness(c, (struct str){ from, (size_t)(at - from) }, usual);
		all++;
	}
	free(out);
	return all < FEW ? -1 : sum / (double)all;
}

const char *codepage_east(const char *name, const char *p, size_t n)
{
	const double enough = 0.5;
	const char *best = NULL;
	double most = enough;
	for (size_t i = 0; i < COUNTOF(pages); i++) {
		double x = score_of(pages[i].name, pages[i].usual, p, n);
		if (x > most || (x >= most && strcasecmp(name, pages[i].name) == 0)) {
			best = pages[i].name;
			most = x;
		}
	}
	return best;
}
