"""Sentences of many languages, one a line, each as someone might send it."""

from __future__ import annotations

import unicodedata
from collections import Counter

_LINES = """
Hello, world!
The quick brown fox jumps over the lazy dog.
I don't really care what you call me.
He's late; she isn't.
Is it true? It is! Or so they say...
Wait — what did you just say?
The year was 1984, and pi was 3.14159.
It costs $1,299.99 (plus 20% tax).
Call +44 20 7946 0958 before 12:30.
See https://example.org/a_b?c=d&e=f#top for more.
Write to someone@example.com, please.
“Curly quotes,” she said, “are everywhere.”
‘Single ones’ aren’t rare either.
"Straight quotes" and 'single straight ones'.
One; two; three; four.
Dr. Smith arrived at 5 p.m. with Mr. Jones, e.g. by train.
J. R. R. Tolkien wrote The Hobbit.
A/B testing, C++ and F# are not the same.
Brackets [like these], braces {like those} & ampersands.
Snow-white, well-being, twenty-one.
The file is C:\\Users\\me\\notes.txt, or so I think.
2 + 2 = 4, 5 < 6, 7 > 3, and 10^3 is 1000.
ALL CAPITALS ARE SHOUTING
no punctuation at all in this one
a
Oh.
Yes!!! No??? Maybe?!
The U.S.A. and the U.K. signed it on Jan. 5th.
He ran the marathon in 2:05:43.
She was born on 2001-09-09 at 01:46:40 UTC.
Temperature: -5°C, angle: 45°, micro: 10 µm.
Rock ’n’ roll is here to stay.
#hashtag @mention *bold* _italic_ `code`
~50% of 1/2 is ¼, ±5.
Here's a tab	in a line.
Le café est fermé, mais la crêperie est ouverte.
Où est la bibliothèque ? À côté de l’église.
« Ça va ? » demanda-t-il. « Très bien ! »
L'œuvre d'art naïve de Noël.
Größe und Übermut tun selten gut.
Die Straße heißt „Am Schloß“, nicht wahr?
Falsches Üben von Xylophonmusik quält jeden größeren Zwerg.
¿Dónde está la estación? ¡Allí mismo!
El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia.
Mañana por la mañana iré a España.
O avô não vê a avó há três meses.
Amanhã à tarde, à beira-mar, haverá pães e canções.
Perché no? È già così, più o meno.
Città, virtù, perciò: parole con l'accento.
Zażółć gęślą jaźń.
Łódź leży w środku Polski, prawda?
Příliš žluťoučký kůň úpěl ďábelské ódy.
Árvíztűrő tükörfúrógép.
Pijamalı hasta yağız şoföre çabucak güvendi.
İstanbul'da ışık çok güzeldi.
Smørrebrød og æbler på øen.
Ærlig talt, jeg vet ikke hva jeg skal si.
Flygande bäckasiner söka hwila på mjuka tuvor.
Törkylempijävongahdus, sanoi hän.
Þetta er íslenska; ðað er gaman.
Mūsų žąsys ėjo į ūkį.
Ķēniņš ēda šķiņķi.
Čaša šljivovice i žuti đevrek.
Țara în care mă întorc și mâine.
Tiếng Việt có nhiều dấu thanh.
Trăm năm trong cõi người ta.
Magandang umaga sa inyong lahat.
Selamat pagi, apa kabar hari ini?
Habari ya asubuhi, rafiki yangu?
Ẹ káàárọ̀, ṣé dáadáa ni?
Привет, как дела?
Съешь же ещё этих мягких французских булок.
В 1961 году Гагарин полетел в космос.
«Война и мир» — роман Л. Н. Толстого.
Ёжик в тумане; лошадка, где ты?
Он сказал: “До свидания”, и ушёл.
Їжак з’їв ґрушу, а потім заснув.
Доброго ранку, Україно!
Ў Беларусі ўсё добра.
Добро јутро, како сте данас?
Љубав и њежност, ђак и џеп.
Ще се видим утре в София.
Қазақ тілі — әдемі тіл.
Сайн байна уу, өвөө?
Καλημέρα, τι κάνεις;
Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.
Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.
Το 2004 έγιναν οι Ολυμπιακοί Αγώνες.
Ἐν ἀρχῇ ἦν ὁ λόγος.
«Γνῶθι σεαυτόν», έλεγαν οι αρχαίοι.
Πού πας; Στη θάλασσα!
你好，世界！
今天天气很好，我们去公园散步吧。
一不小心，他就把杯子打碎了。
这不是我的，那也不是你的。
银行行长在重庆重新开会。
他长大以后长得很高。
我们得到了得体的回答，还得努力。
“你说什么？”她问。
《红楼梦》是中国古典小说。
我有3个苹果和12个橘子。
他在2024年3月5日下午3:30到达。
请访问https://example.cn/首页?id=1了解更多。
AI技术正在改变世界。
我用Python写了一个TTS程序。
T恤和牛仔裤；帽子和围巾。
价格是¥99.50元（含税）。
东西南北，上下左右、前后里外。
嗯……让我想想——好吧。
女儿买了绿色的旅行包。
一个一个地数，数到一百一十一。
不要不高兴，不会不懂的。
也许你可以给我展览馆的雨伞。
龘是一个很复杂的字。
對，這就是我，萬人敬仰的太乙真人。
臺灣的夜市有很多好吃的東西。
請問，臺北車站怎麼走？
學而時習之，不亦說乎？
「您好」，他說：『請坐。』
香港嘅茶餐廳好出名。
你食咗飯未呀？
ㄅㄆㄇㄈ是注音符號。
こんにちは、元気ですか？
東京タワーへ行きます。
いろはにほへと ちりぬるを
私の名前は田中です。よろしくお願いします。
「すみません」と彼女は言った。
コンピューターでゲームをする。
ひらがなとカタカナと漢字を混ぜて書く。
今日は2024年の5月1日、水曜日です。
時々、人々は色々なことを忘れる。
ラーメン、寿司、天ぷら……全部食べたい！
ﾊﾝｶｸのカタカナもある。
ＡＢＣ１２３と全角で書く。
안녕하세요, 반갑습니다.
한국어는 어렵지만 재미있어요!
오늘 날씨가 정말 좋네요. 산책할까요?
서울특별시 강남구 테헤란로 123번지
그는 “괜찮아요”라고 말했다.
키스의 고유조건은 입술끼리 만나야 한다.
大韓民國은 민주공화국이다.
Wi-Fi 비밀번호는 1234입니다.
مرحبا بالعالم!
كيف حالك؟ أنا بخير، شكرًا.
السلام عليكم ورحمة الله وبركاته.
في عام ٢٠٢٤ سافرت إلى القاهرة.
قال: «لا بأس»؛ ثم مضى.
بِسْمِ اللَّهِ الرَّحْمَنِ الرَّحِيمِ
اللغة العربية جميلة وغنية.
سلام، حال شما چطور است؟
من به دانشگاه می‌روم.
آپ کیسے ہیں؟ میں ٹھیک ہوں۔
یہ کتاب بہت اچھی ہے۔
שלום עולם!
מה שלומך היום? הכול בסדר.
בְּרֵאשִׁית בָּרָא אֱלֹהִים
צה״ל וארה״ב הם ראשי תיבות.
הרכבת יוצאת בשעה 17:45 מתל אביב.
דג סקרן שט בים מאוכזב ולפתע מצא חברה.
नमस्ते दुनिया!
आप कैसे हैं? मैं ठीक हूँ।
भारत एक विशाल देश है।
ऋषियों को सताने वाले दुष्ट राक्षसों का राजा।
मेरे पास १२ किताबें और 5 कलम हैं।
आज दिल्ली में बारिश हो रही है।
सत्यमेव जयते॥
तुमचे नाव काय आहे?
สวัสดีครับ ผมชื่อสมชาย
กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย
วันนี้อากาศดีมาก ไปเที่ยวกันไหม
ราคา ๑๒๐ บาท หรือ 120 บาท
น้ำตาลทำจากอ้อย
เขาไปตลาดซื้อผักและผลไม้
გამარჯობა მსოფლიო!
საქართველო ლამაზი ქვეყანაა.
როგორ ხარ? კარგად, გმადლობთ.
თბილისი 1500 წლისაა.
დილა მშვიდობისა, მეგობარო.
Բարեւ աշխարհ։
Ինչպե՞ս ես։ Լավ եմ, շնորհակալ եմ։
Երեւանը Հայաստանի մայրաքաղաքն է։
Այսօր 25 աստիճան է դրսում։
Որտե՞ղ է կայարանը։
வணக்கம், எப்படி இருக்கிறீர்கள்?
தமிழ் ஒரு செம்மொழி.
ওহে বিশ্ব, কেমন আছো?
আমার সোনার বাংলা, আমি তোমায় ভালোবাসি।
నమస్కారం, బాగున్నారా?
ನಮಸ್ಕಾರ, ಹೇಗಿದ್ದೀರಾ?
ሰላም ለዓለም። እንዴት ነህ?
ជំរាបសួរ តើអ្នកសុខសប្បាយទេ?
မင်္ဂလာပါ။
ສະບາຍດີ ເຈົ້າຊື່ຫຍັງ
Good morning ☀️, sunshine 😀!
👍🏽 Great job, team 👨‍👩‍👧‍👦 🎉🎉
I ❤️ NY 🇺🇸, and Paris 🇫🇷 too.
🙂
太好了👏👏，我们赢了🏆！
Hello 你好 こんにちは 안녕 Привет مرحبا
The word 你好 means hello; こんにちは does too.
Der Preis beträgt 5 €, das sind ca. 5½ $.
Bonjour Мир, hello 世界, שלום 세계.
E = mc², H₂O, x ≤ y ≠ z.
α, β and γ are Greek; ж is not.
Version 2.0.1-beta.3 was tagged on GitHub.
第3章：Hello World（入门）
iPhone 15 Pro的价格是8999元。
Café ☕ costs 3€ à Genève.
…and then? …Nothing.
1 2 3 4 5 6 7 8 9 10
!?.,:;-
"""
TEXTS = tuple(_LINES.strip("\n").split("\n"))


def script(text: str) -> str:
    """Return the script of most of a text's letters, as Unicode names it: `LATIN`, `CJK`, `THAI`."""
    letters = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return letters.most_common(1)[0][0] if letters else "NONE"


SCRIPTS = {script(text) for text in TEXTS} - {"NONE"}
