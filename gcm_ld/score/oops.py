"""OOPS!: 41 pitfalls that ontologies fall into."""

from __future__ import annotations

from gcm_ld.score import axioms, naming
from gcm_ld.score.model import Check, Scheme, judgement, network

__all__ = ["OOPS"]

OOPS = Scheme(
    "oops",
    "OOPS! pitfalls of ontologies",
    "catalogue of 41 pitfalls, as of July 2025",
    "https://oops.linkeddata.es/catalogue.jsp",
    (
        Check("P01", "No term means several things", judgement("whether a term has two meanings")),
        Check("P02", "No class repeats another", naming.synonyms),
        Check("P03", "No property stands for “is”", naming.relation_is),
        Check("P04", "Terms are joined to each other", axioms.unconnected),
        Check("P05", "Inverse properties mirror each other", axioms.wrong_inverse),
        Check("P06", "No class is below itself", axioms.cycles),
        Check("P07", "No class joins two things", naming.merged),
        Check("P08", "Terms have labels and definitions", naming.unexplained),
        Check("P09", "Nothing of the domain is lacking", judgement("what the domain needs")),
        Check("P10", "Classes are told apart", axioms.disjointness),
        Check("P11", "Properties have a domain and a range", axioms.ends),
        Check("P12", "Properties of the same name are related", naming.same_property),
        Check("P13", "Properties have an inverse", axioms.inverses),
        Check("P14", "“Only” is not used for “some”", axioms.no_restriction),
        Check("P15", "“Some not” is not used for “not some”", axioms.no_complement),
        Check(
            "P16",
            "Classes that are defined are not just described",
            judgement("which classes could be recognised by their conditions"),
        ),
        Check(
            "P17",
            "No class stands where an individual should",
            judgement("whether the lowest classes are kinds or single things"),
        ),
        Check(
            "P18",
            "Domains and ranges are wide enough",
            judgement("whether a property is used beyond its domain or range"),
        ),
        Check("P19", "Properties have one domain and one range", axioms.several_ends),
        Check("P20", "Labels and definitions are not confused", naming.swapped),
        Check("P21", "No class takes what fits nowhere else", naming.miscellaneous),
        Check("P22", "Terms are named in one way", naming.naming),
        Check(
            "P23",
            "No class stands where a datatype would do",
            judgement("whether a class repeats a datatype"),
        ),
        Check("P24", "No term is defined by itself", axioms.recursive),
        Check("P25", "No property is its own inverse", axioms.self_inverse),
        Check("P26", "No symmetric property has an inverse", axioms.symmetric_inverse),
        Check("P27", "Equivalent properties have the same ends", axioms.wrong_equivalence),
        Check("P28", "Symmetric properties have the same ends", axioms.wrong_symmetry),
        Check("P29", "Transitive properties have the same ends", axioms.wrong_transitivity),
        Check("P30", "Classes of the same name are related", naming.same_class),
        Check("P31", "Equivalent classes are the same", axioms.equivalent_classes),
        Check("P32", "No two classes have the same label", naming.same_label),
        Check("P33", "Property chains have two properties or more", axioms.short_chain),
        Check("P34", "Classes are declared", axioms.untyped_class),
        Check("P35", "Properties are declared", axioms.untyped_property),
        Check("P36", "The ontology's IRI names no file format", axioms.extension),
        Check("P37", "The ontology is on the Web", network("whether the IRI serves OWL and HTML")),
        Check("P38", "There is an owl:Ontology", axioms.declaration),
        Check("P39", "The ontology has an IRI and a namespace", axioms.home),
        Check("P40", "Others' terms are theirs", axioms.hijacked),
        Check("P41", "A licence is declared", axioms.license_),
    ),
)
