"""Patterns of sentences in ten languages, full of traps; `tests.support.sentences` fills their slots."""

from __future__ import annotations

PATTERNS = {
    "en": """Dr. {N} met Mr. {N} at {n} p.m. in front of the U.S. embassy.
The bill came to ${n}.{n}, plus tax, i.e. about {n} dollars.
“Stop!” said {N} and ran.
“Did you call Mrs. {N} again?”
See fig. {n} on p. {n} and eq. {n} for details.
House No. {n} is empty, cf. vol. {n}, ch. {n}.
When we asked, he said no.
At noon they saw the sun.
It began in Jan. {y} and lasted approx. {n} years.
{N} Jr. joined Acme Inc. in {y}.
She waited ... and then she left.
J. R. {N} wrote it (see the notes).
Visit www.example.com or write to me@example.org!
Really?!
The mill burned down for good.[{n}]
The last train leaves at {n} p.m.
Lt. Col. {N} and Sgt. {N} served under Gen. {N} vs. the rest.
He lives near St. {N}'s church in Washington, D.C., I think.
It is {n}.{n} km away, est. {y}.
(That was in {y}.)
What a day it was!
They bought apples, pears, nuts, etc.
The room was on floor {n}.""",
    "de": """Dr. {N} traf Prof. {N} am {n}. Dezember um acht Uhr.
Im 19. Jahrhundert war das z. B. noch ganz anders.
Ludwig {r}. lebte ca. {n} Jahre dort.
„Kommst du mit ins Kino?“
»Das ist schön!«, rief {N} laut.
Die Straße ist {n}.{n}00 m lang, d. h. sehr lang.
Siehe Abb. {n} auf S. {n} bzw. Kap. {n} im Anhang.
Sie wohnt in der Hauptstr. {n} bei Fr. {N}.
Er kaufte Äpfel, Birnen, Nüsse usw.
Der Vertrag gilt seit dem {n}. März {y}.
Das geschah im Jahr {y}.
Hr. {N} kommt u. a. wegen der Nr. {n} vorbei.
Die Fa. {N} GmbH hat evtl. geschlossen.
Warum denn nicht?
Na ja … das weiß niemand so genau.
Sie bekam max. {n} Punkte, also mind. {n} weniger als sonst.
Der 2. Weltkrieg endete {y}.
Die Mühle brannte ab.[{n}]
Das kostet {n},{n} Euro inkl. MwSt. und Porto.
„Nein, danke.“
Vgl. dazu Bd. {n}, Art. {n} Abs. {n} der Ordnung.
St. {N} liegt am Fluss, ggf. fährt ein Bus.
Im Haus wohnten {n} Leute.""",
    "fr": """M. {N} et Mme {N} arrivent à {n} h.
Il a vu MM. {N} et {N} hier.
« Oui, bien sûr. »
« Tu viens ? » demanda {N}.
Voir p. ex. l’art. {n} et la fig. {n} ci-dessous.
Le Dr {N} habite av. des Lilas, au n° {n}.
Il y avait des pommes, des poires, etc.
Cela coûte {n},{n} euros, c.-à-d. presque rien.
Elle est née env. en {y} av. J.-C., dit-on.
Où est la gare ?
Quelle journée !
Mgr. {N} a parlé longtemps… puis il est parti.
J. P. {N} a écrit ce livre (cf. chap. {n}).
Louis {r} mourut en {y}.
Le moulin a brûlé.[{n}]
Tél. {n} {n} {n} pour plus d’infos.
« Non ! » cria-t-elle.
Le train part à {n}.{n} précises, vol. {n} inclus.
Il dit que non.
C’était en févr. {y}, sauf err. de ma part.
Mlle. {N} aime l’art.
Les Éd. {N} publient la coll. complète, t. {n}, p. {n}.
Ils étaient {n}.""",
    "es": """El Sr. {N} y la Sra. {N} llegan a las {n} p. m. de hoy.
El Dr. {N} vive en la Av. {N}, núm. {n}.
¿Vienes con nosotros?
¡Qué día tan largo!
«Sí, claro.»
Compró manzanas, peras, nueces, etc.
Véase pág. {n}, fig. {n} y cap. {n} del libro.
Ud. debe hablar con la Srta. {N} antes.
Los EE. UU. firmaron en {y}.
Cuesta {n}.{n}00 pesos, aprox. {n} euros.
Vivió en el s. {r} a. C., según D. {N}.
Esperó... y luego se fue.
«¿Quién es?», preguntó {N}.
Nació en {y}.
El molino ardió.[{n}]
La Prof. {N} y el Ing. {N} trabajan en el dpto. {n}.
Dijo que no.
J. L. {N} escribió esto (cf. vol. {n}).
Son {n},{n} km por la ctra. {n}.
—No lo sé.
Sta. {N} está lejos, tel. {n} {n}.
Uds. no saben nada.
Quedan {n}.""",
    "it": """Il dott. {N} e la sig.ra {N} arrivano alle {n}.
Il prof. {N} abita in P.zza {N}, n. {n}.
Vieni con noi?
Che bella giornata!
«Sì, certo.»
Ha comprato mele, pere, noci, ecc.
Si veda pag. {n}, fig. {n} e cap. {n} del testo.
L’ing. {N} lavora con l’avv. {N} dal {y}.
Costa {n},{n} euro, ca. {n} dollari.
Visse nel sec. {r} a.C., dicono.
Aspettò... poi se ne andò.
«Chi è?» chiese {N}.
È nato nel {y}.
Il mulino bruciò.[{n}]
Il sig. {N} e i sigg. {N} telefonano al tel. {n}.
Ha detto di no.
G. B. {N} scrisse questo (cfr. vol. {n}).
Sono {n}.{n}00 metri, vedi es. {n} sotto.
Papa Giovanni {r} morì nel {y}.
S. {N} è lontana.
L’on. {N} parla ad es. di arte.
Spett. {N} S.p.A. di Milano, alla c.a. del gen. {N}.
Erano in {n}.""",
    "pt": """O Sr. {N} e a Sra. {N} chegam às {n} h.
O Dr. {N} mora na Av. {N}, n.º {n}.
Você vem conosco?
Que dia longo!
“Sim, claro.”
Comprou maçãs, peras, nozes, etc.
Veja pág. {n}, fig. {n} e cap. {n} do livro.
A Profa. {N} falou com V. Exa. ontem.
Os EUA assinaram em {y}.
Custa {n}.{n}00 reais, aprox. {n} euros.
Viveu no séc. {r} a.C., segundo D. {N}.
Esperou... e depois foi embora.
“Quem é?”, perguntou {N}.
Nasceu em {y}.
O moinho ardeu.[{n}]
A Eng. {N} trabalha no depto. {n} da Cia. {N}.
Disse que não.
J. L. {N} escreveu isto (cf. vol. {n}).
São {n},{n} km pela R. {N}.
— Não sei.
Sta. {N} fica longe, tel. {n} {n}.
O Exmo. {N} e o Gal. {N} conversaram, p. ex., sobre arte.
Restam {n}.""",
    "pl": """Dr {N} i prof. {N} spotkali się ok. godz. {n} w biurze.
W XIX w. było tam np. zupełnie inaczej.
„Idziesz z nami?”
Jaki piękny dzień!
Kupił jabłka, gruszki, orzechy itd.
Zob. rys. {n} na str. {n} oraz rozdz. {n} książki.
Mieszka przy ul. {N} nr {n} m. {n} od lat.
To było {n}. maja {y} r. w nocy.
Kosztuje {n},{n} zł, tj. prawie nic.
Jan Paweł {r} urodził się w {y}.
Czekała... a potem poszła.
„Kto tam?” – zapytał {N}.
Inż. {N} i mgr {N} pracują m.in. w Krakowie.
Młyn spłonął.[{n}]
Powiedział, że nie.
J. K. {N} napisał to (por. t. {n}, s. {n}).
Było tam {n} tys. ludzi, w tym św. {N}.
Pan {N} ps. Orzeł żył w {n}. dniu wojny.
Dlaczego nie?
„Nie wiem.”
Ks. {N} i gen. {N} rozmawiali z tzw. ekspertem.
Red. {N} mówi o al. {N}, tel. {n} {n}.
Zostało ich {n}.""",
    "cs": """Dr. {N} a prof. {N} přišli cca v {n} hodin.
V 19. století to bylo např. úplně jinak.
„Půjdeš s námi?“
Jaký krásný den!
Koupil jablka, hrušky, ořechy atd.
Viz obr. {n} na str. {n} a kap. {n} knihy.
Bydlí v ul. {N}, č. {n}, už léta.
Bylo to {n}. května {y} v noci.
Stojí {n},{n} Kč, tj. skoro nic.
Karel {r}. se narodil v Praze.
Čekala... a pak odešla.
„Kdo je tam?“ zeptal se {N}.
Ing. {N} a Mgr. {N} pracují mj. v Brně.
Mlýn vyhořel.[{n}]
Řekl, že ne.
J. K. {N} to napsal (srov. sv. {n}, s. {n}).
Bylo tam {n} tis. lidí, vč. sv. {N}.
Pí {N} byla {n}. v pořadí.
Proč ne?
„Nevím.“
Gen. {N} hovořil s tzv. odborníkem.
MUDr. {N} má tel. {n} {n} na nám. {N}.
Zbylo jich {n}.""",
    "ru": """Он живёт на ул. {N} с {y} г. до сих пор.
Д-р {N} и проф. {N} встретились ок. полудня.
Пришли гости, т. е. все соседи и др. люди.
«Ты идёшь с нами?»
Какой длинный день!
Он купил яблоки, груши, орехи и т. д.
См. рис. {n} на стр. {n} и гл. {n} книги.
В {r} в. до н. э. там был г. {N}.
Это стоит {n},{n} тыс. руб. в месяц.
А. С. {N} написал это в {y} году.
Она ждала… и ушла.
«Кто там?» — спросил {N}.
Это случилось в {y} году.
Мельница сгорела.[{n}]
Он сказал, что нет.
Г-н {N} и г-жа {N} живут в д. {n} на пл. {N}.
Там было {n} млн. человек, напр. акад. {N}.
Почему бы и нет?
«Не знаю.»
Т. к. шёл дождь, им. {N} завод стоял.
Пр. {N}, корп. {n}, кв. {n} пуста, тел. {n} {n}.
Ген. {N} и о. {N} говорили о св. {N}.
Их осталось {n}.""",
    "zh": """他早上很早就出门了，走到车站。
你说什么？
今天天气真好！
“我们走吧。”
他说：“你好！”
这个苹果{n}.{n}元，很便宜。
他在{y}年{n}月{n}日出生。
我用Python写了一个程序……然后就睡了。
请访问www.example.com了解更多。
他问我：“去吗？”
真的吗？！
（见第{n}页。）
Mr. {N}住在这里。
磨坊烧毁了。[{n}]
他买了一张票,坐在窗边.
到了城里,他先去看朋友.
现在是{n}点.
「好的。」
版本{n}.{n}已经发布，大小为{n}.{n}MB。
她等了很久，然后走了。
《红楼梦》是一本好书。
Dr. {N}来了。
只剩下{n}个！""",
}
