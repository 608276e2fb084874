"""Abbreviations, units and symbols of English, and what is said for them."""

from __future__ import annotations


def _pairs(listed: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in listed.split())


ABBREVIATIONS = _pairs(
    """
        Mr.=Mister Mrs.=Missus Ms.=Miz Dr.=Doctor Drs.=Doctors Mr=Mister Mrs=Missus Dr=Doctor
        Prof.=Professor Jr.=Junior Sr.=Senior approx.=approximately Capt.=Captain Lt.=Lieutenant Sgt.=Sergeant
        Col.=Colonel Gen.=General Maj.=Major Sen.=Senator Rep.=Representative Gov.=Governor Rev.=Reverend Hon.=Honorable
        Ave.=Avenue Blvd.=Boulevard Rd.=Road Ln.=Lane Hwy.=Highway Apt.=Apartment Ste.=Suite Mt.=Mount Ft.=Fort
        dept.=department Dept.=Department govt.=government Govt.=Government univ.=university Univ.=University
        est.=established ext.=extension tel.=telephone misc.=miscellaneous min.=minimum max.=maximum avg.=average
        Mon.=Monday Tue.=Tuesday Tues.=Tuesday Wed.=Wednesday Thu.=Thursday Thur.=Thursday Thurs.=Thursday Fri.=Friday
        Jan.=January Feb.=February Mar.=March Apr.=April Aug.=August Sept.=September Sep.=September Oct.=October
        Nov.=November Dec.=December Ltd.=Limited Bros.=Brothers Assn.=Association Inc.=Incorporated Corp.=Corporation
        Co.=Company vs.=versus vs=versus St.=Street fig.=figure Fig.=Figure vol.=volume Vol.=Volume
        ch.=chapter sec.=section
    """
) | {"e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "cf.": "compare"}
BEFORE_NUMBERS = _pairs("No.=Number no.=number Nos.=Numbers nos.=numbers pp.=pages p.=page pg.=page")
UNITS = _pairs(
    "m=meters l=liters L=liters in=inches ms=milliseconds min=minutes sec=seconds hrs=hours hr=hours V=volts W=watts"
    " kW=kilowatts kWh=kilowatt-hours mA=milliamps mg=milligrams yd=yards oz=ounces Hz=hertz dB=decibels"
)
VULGAR = {"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"}
COUNTED = (
    *("Chapter", "Part", "Act", "Scene", "Volume", "Book", "Section", "Article", "Appendix", "Phase", "Type", "Class"),
    *("War", "Level", "Stage", "Title", "Figure"),
)
TLDS = "com|org|net|edu|gov|io|ai|app|dev|info|co|uk|de|fr|es|it|pl|nl|eu|us|ca|au|ch|at|be|se|no|dk|jp|cn|in|br|tv"
SYMBOLS = (  # patterns, and what is said
    (r"(?<=\w) ?& ?(?=\w)", " and "),
    (r"(?<=[\w)]) \+ (?=[\w(])", " plus "),
    (r"(?<=[\w)]) = (?=[\w(-])", " equals "),
    (r"(?<=[\w)]) [÷] (?=[\w(])", " divided by "),
    (r"≤ ?(?=\d)", "at most "),
    (r"≥ ?(?=\d)", "at least "),
    (r"(?<!\w)[~≈] ?(?=[\d$€£])", "about "),
    (r"(?<!\w)#(?=\d)", "number "),
    (r"(?<=\d)°", " degrees"),
)
