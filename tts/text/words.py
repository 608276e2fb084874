"""Words that tell where sentences end: abbreviations by what follows them, and words that begin sentences.

All languages stand together, since that of a text isn't known. An entry written small counts in any case, one
with a capital only so: "Col." is a colonel, "col" is Italian for "with".
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TITLES = _words(
    # English
    "mr mrs ms messrs dr drs prof profs Rev Hon Col Lt Maj Capt Cpt Sgt Cmdr Adm Brig Pvt Cpl Gov Sen Rep Pres Supt"
    " Insp Mt Ft Amb msgr mssrs comdr attys asst Reps Surg"
    # German, Dutch, Danish, Norwegian, Swedish
    " hr Fr Frl Fa dipl ing gen hl Skt dhr mevr mej frk"
    # French, Italian, Spanish, Portuguese, Romanian
    " mm Pr mme mmes mlle mlles mgr Ste sig sigg sig.ra sig.na dott dott.ssa prof.ssa avv Arch geom rag mons Card spett"
    " egr Gent Cav Uff Comm sr sra sres sras srta srtas dra dña Lic Arq gral cnel Sta Sto excmo excma profa Eng"
    " exmo exma ilmo ilma Gal Cel Cia Av dl dna"
    # Polish, Czech, Slovak, Hungarian, Turkish
    " inż ks płk mjr kpt św bł bp abp ul dyr Red bc mudr judr phdr rndr mvdr paeddr doc plk nám sv tř doç Sn özv ifj"
    " szt"
    # Russian, Ukrainian, Greek, Hindi
    " проф акад доц ген полк ул пл просп пер наб св тов инж вул δρ डॉ प्रो पं"
)
BEFORE_NUMBERS = _words(
    "no nos nr nrs núm num nº n° pp pg pgs pag pagg pág págs fig figs abb tab tabs kap cap caps ch chap chs vol"
    " vols bd bde bl art arts abs sec sect para par ed eds ep eq eqs ref lib ser col cols rm apt ste flr fl tel tél"
    " fax est ext approx aprox max min mind env circa anm abschn zz ex es op kl blz nro ord rys str rozdz zob pkt poz"
    " godz ok ust obr roč čl odst pozn tlf hfst párr máx mín fasc réf písm tbl bab hal ill ca рис стр гл ст табл илл см"
    " кв корп оф тел ок σελ mon tue tues wed thu thur thurs fri sat sun mar jun jul"
)
OTHERS = _words(
    # English
    "jr inc ltd Co corp llc bros dept univ vs cf al ca esq assn St Ave blvd Rd Sq hwy viz cit ibid etc approx jan"
    " feb apr aug sep sept oct nov dec incl excl govt intl natl bldg plz hosp dist Ala Ariz Ark Calif Colo Conn Fla"
    " Ill Ind Kan Mass Mich Minn Mont Neb Nev Okla Ore Penn Tenn Tex Va Vt Wash Wis Wyo"
    # German, Dutch, Danish, Norwegian, Swedish
    " bzw ggf evtl bspw inkl exkl einschl zzgl abzgl ugs vgl ebd sog bes insb allg geb gest verh str tel mwst ust"
    " mio mrd std abt hrsg verl aufl jh jhs urspr versch zw lt entspr gegr dgl ehem eigtl lfd mrz jän okt dez resp"
    " jur phil bzgl dergl sogen zzt kath chr stellv bijv ong evt betr afd bv dvs eks jf hhv mfl vedr pct fx mht pga"
    # French, Italian, Spanish, Portuguese
    " av bd éd coll env févr janv juil déc hab trad cfr vd vds ud uds ee uu aa dpto depto ctra avda admón tfno exa séc"
    " obs ltda prov obl izq izqdo dcha pza apdo atte fdo ppal boul suppl"
    # Polish, Czech, Slovak, Hungarian, Turkish
    " np tj tzw tzn tys mln mld ur zm wg por zob ps wyd tzv např cca mj vč srov tis kb ún vö npr napr woj pow gm"
    " vb bkz örn Cad Sok Mah"
    # Russian, Ukrainian, Greek
    " др пр им напр ср тыс млн млрд руб коп гг вв обл оз изд ред сост исп зам гос долл авт чел сек бул респ тис грн"
    " див ім βλ"
)
STARTERS = _words(
    # English
    "A The This That These Those He She It They We I You There Then When What Who Where Why How But And So If In On"
    " At As After Before His Her Their My Our Its For From With No Yes Not One Some Many Most All Later Now Today"
    " Here However Please Did Do Does Is Are Was Were Has Have Had Can Could Would Should Nobody Only Once Both Each"
    " Another Such While Although Because Since Until Finally Suddenly"
    # German, Dutch
    " Der Die Das Ein Eine Er Sie Es Wir Ich Ihr Du Man Und Aber Doch Da Dann Dort Hier Im Am Auf Als Wenn Weil Wie"
    " Was Wer Wo Warum Bei Mit Nach Vor Von Zu Zum Zur Für Auch Nun Jetzt Sein Seine Ihre Kein Keine Nicht Dieser"
    " Diese Dieses Jeder Alle Viele Später Danach Dabei Nur Noch Schon Trotzdem Deshalb Heute Gestern De Het Een Hij"
    " Zij Ze Ik Dit Dat Deze En Maar"
    # French
    " Le La Les L Un Une Il Elle Ils Elles Nous Vous Je Tu Ce Cette Ces C Cela Ça Et Mais Où Donc Car Dans À Au Aux"
    " Des Pour Par Sur Avec Sans Quand Comme Si Son Sa Ses Leur Qui Que Quel Quelle Puis Alors Ensuite Là Non Oui"
    # Spanish, Italian, Portuguese
    " El Los Las Una Él Ella Ellos Yo Tú Usted Y Pero Con Sin Para Cuando Su Sus Este Esta Esto Ese Esa Eso Luego"
    " Entonces Después Ahora Hoy Ayer Sí Ya También Hay Fue Era Lo Gli Lui Lei Loro Noi Voi Io Ma Di Per Quando Se"
    " Suo Sua Questo Questa Quello Quella Che Chi Dove Poi Allora Dopo Ora Oggi Ieri È Sono Ha O Os Um Uma Ele Ela"
    " Eles Nós Eu Você E Mas Em Na Com Sem Isso Esse Essa Quem Onde Depois Então Agora Hoje Ontem Não Sim Já Há Foi"
    " É São"
    # Polish, Czech
    " Ona Ono Oni Ja Ty To Ten Ta Te Ale W Z Po Od Dla Jak Kiedy Gdy Jeśli Jego Jej Ich Co Kto Gdzie Potem Teraz"
    " Dziś Wczoraj Nie Tak Już Był Była Było Jest Są Wtedy Já V Ve Pro Když Jeho Kdo Kde Pak Teď Dnes Včera Ne Ano"
    " Už Byl"
    # Danish, Norwegian, Swedish, Hungarian, Turkish
    " Han Hun Hon Jeg Jag Vi Det Den Og Och Men Så Az Ez Ő Én Mi És Bu Bir Ben Biz Ama Ve"
    # Russian, Ukrainian
    " Он Она Оно Они Мы Я Ты Вы Это Этот Эта Эти Тот Та Те И А Но Или В Во На Из С Со По От Для До За К У О Об Как"
    " Когда Если Его Её Их Что Кто Где Потом Тогда Теперь Сегодня Вчера Не Нет Да Уже Был Была Было Там Тут Здесь"
    " Все Всё Він Вона Вони Це Ми"
)
NAME_PARTICLES = _words("De Del Di Da Do Du Des Der Den Das Die La Le Les El Los Las Van Von Al In On")
BEFORE_ORDINALS = _words("am im vom zum zur beim der die das den dem des ab bis seit und oder jeden")
ORDERED = _words(  # what German counts with a full stop where English has no such word
    "Januar Februar März Mai Juni Juli Oktober Dezember Jänner Jän Mrz Okt Dez Jahrhundert Jahrhunderts Jh"
    " Jahrtausend Weltkrieg Weltkriegs Stock Etage Klasse Platz Mal Lebensjahr Geburtstag Auflage Aufl Abt"
    " Bd Kap Bundesliga Liga Runde"
)
